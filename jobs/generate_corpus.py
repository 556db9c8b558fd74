"""spark-submit entry point of ``patentcore corpus``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["corpus", *sys.argv[1:]]))
