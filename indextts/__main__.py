"""``python -m indextts``: the command line."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        from indextts.ops.ending import obey

        obey()  # the order to stop may come while the rest is imported
    from indextts.cli.main import main

    sys.exit(main())
