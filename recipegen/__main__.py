"""``python -m recipegen``: the command line."""

import sys

from recipegen.cli import main

sys.exit(main())
