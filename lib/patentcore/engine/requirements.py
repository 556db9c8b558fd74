"""The versions of Python packages that pyproject.toml declares, as installation recorded them."""

from __future__ import annotations

import importlib.metadata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement


@cache
def _ranges() -> dict[str, Requirement]:
    """Return the declared packages; none where PatentCore is not installed but run from a zip."""
    try:
        from packaging.requirements import Requirement

        declarations = importlib.metadata.requires("patentcore") or []
    except ImportError:  # PackageNotFoundError is one
        return {}
    requirements = [Requirement(text) for text in declarations]
    plain = [r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]
    return {requirement.name: requirement for requirement in plain}


def declared(name: str) -> str:
    """Return what pip would be asked for: the package with its range, where one is declared.

    >>> declared("no-such-package")
    'no-such-package'
    """
    return str(_ranges().get(name, name))


def installed(name: str) -> str | None:
    """Return the version of a package that is installed; ``None`` where it is not."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def is_met(name: str) -> bool:
    """Tell whether a package is installed in a version of its range."""
    version = installed(name)
    if version is None:
        return False
    known = _ranges().get(name)
    return known is None or known.specifier.contains(version, prereleases=True)
