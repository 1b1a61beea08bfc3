"""The language model of recipes: words, network, training, checkpoint, sampling."""
