"""``python -m indextts``: the command line."""

import sys

from indextts.cli import main

if __name__ == "__main__":
    sys.exit(main())
