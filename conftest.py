"""What the package's doctests may name: ``spark``, the session of the tests, and ``F``."""

from tests.conftest import doctest_names, spark

__all__ = ["doctest_names", "spark"]
