"""spark-submit entry point of ``patentcore network``; it takes the same options."""

import sys

from patentcore.cli import main

if __name__ == "__main__":
    sys.exit(main(["network", *sys.argv[1:]]))
