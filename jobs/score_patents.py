"""spark-submit entry point of ``patentcore score``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["score", *sys.argv[1:]]))
