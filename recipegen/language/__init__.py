"""The language model of recipes: words, network, training, checkpoint, sampling."""

import os

# torch's library for processors keeps the compiled code of so many operations, one for each shape.
# Batches have hundreds of shapes: the default of 1,024 takes a gigabyte and saves no time.
os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "32")
