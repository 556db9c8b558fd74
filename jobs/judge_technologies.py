"""spark-submit entry point of ``patentcore technologies``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["technologies", *sys.argv[1:]]))
