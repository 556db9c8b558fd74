"""Compile the kernels ahead of the first run: ``python -m patentcore.centrality.warm``."""

from patentcore.centrality.kernel import warm_up

if __name__ == "__main__":
    warm_up()
