"""``python -m recipegen.cli``: the command line, for launchers that name a module."""

import sys

from recipegen.cli import main

sys.exit(main())
