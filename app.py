"""Starts the server with the studio mounted: ``python app.py [--host H] [--port N] [--share] [--config F]``.

The same as ``python -m indextts serve``; ``./start_app.sh`` does it in the background.
"""

import sys

from indextts.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
