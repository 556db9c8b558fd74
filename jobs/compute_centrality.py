"""spark-submit entry point of ``patentcore centrality``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["centrality", *sys.argv[1:]]))
