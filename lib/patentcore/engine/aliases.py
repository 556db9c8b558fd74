"""Names for folders that the embedded engine would take for patterns, or write in two ways.

It has no way to say that ``in[1]`` is a folder of that name. A link of a plain name leads there.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from pathlib import Path

PATTERNS = re.compile(r"[*?\[\]{}]")
"""What the engine takes for patterns."""
NOT_PLAIN = re.compile(r"[^A-Za-z0-9/:._~@=+,-]")
"""What it writes in two ways, into a folder of each, where a table is Delta or Iceberg."""


class Aliases:
    """Links to folders, in a folder of their own.

    Args:
        folder: made when the first link is.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, path: str, odd: re.Pattern[str]) -> str:
        """Return a path that leads to the same place and has nothing odd in it.

        Args:
            path: absolute; what stands behind its last odd part need not be there yet.
            odd: what the path must not have.
        """
        parts = path.split("/")
        at = max((i for i, part in enumerate(parts) if odd.search(part)), default=None)
        if at is None:
            return path
        target = "/".join(parts[: at + 1])
        link = self.folder / hashlib.sha256(target.encode()).hexdigest()[:16]
        self.folder.mkdir(exist_ok=True)
        with suppress(FileExistsError):
            link.symlink_to(target)
        return "/".join([str(link), *parts[at + 1 :]])
