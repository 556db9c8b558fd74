"""spark-submit entry point of ``patentcore screen``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["screen", *sys.argv[1:]]))
