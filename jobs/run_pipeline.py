"""spark-submit entry point of ``patentcore run``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["run", *sys.argv[1:]]))
