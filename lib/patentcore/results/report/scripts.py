"""The page's scripts: the charts' library, our own, and data that no browser takes for a script."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import math
import os
import tempfile
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

OWN = ("page.js", "charts.js", "explain.js", "ranking.js", "map.js")
_HARMFUL = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def data_block(data: Any) -> Markup:
    r"""Return data as JSON that can stand in a script element: no character in it ends one.

    >>> print(data_block({"title": "</script>", "share": float("nan")}))
    {"title":"\u003c/script\u003e","share":null}
    """
    text = json.dumps(_finite(data), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_HARMFUL).encode("utf-8", "replace").decode("utf-8"))


def _finite(value: Any) -> Any:
    """Return a value whose numbers JSON knows; what is not finite becomes null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


@cache
def scripts() -> tuple[Markup, ...]:
    """Return the text of every script of the page, in order."""
    own = [(files("patentcore.results.report") / name).read_text("utf-8") for name in OWN]
    return tuple(Markup(_inline(text)) for text in (chart_library(), *own))


def _inline(script: str) -> str:
    """Return a script that can stand in a page: ``</script`` in its texts means the same."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


@cache
def hashes() -> str:
    """Return the scripts' hashes: by the page's policy its browser runs nothing else."""
    digests = (hashlib.sha256(text.encode()).digest() for text in scripts())
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


@cache
def chart_library() -> str:
    """Return Vega, Vega-Lite and their embedding as one script.

    The package vl-convert-python puts it together, which takes seconds; it is kept for the next
    report.
    """
    kept = _cache_folder() / f"vega-{version('vl-convert-python')}.js"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    import vl_convert

    bundle: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # of its stub
    with contextlib.suppress(OSError):  # then the next report makes it anew
        _keep(bundle, kept)
    return bundle


def _cache_folder() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(home) / "patentcore"


def _keep(text: str, path: Path) -> None:
    """Write a file whole or not at all, whoever else does so."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, delete=False
    ) as unfinished:
        unfinished.write(text)
    Path(unfinished.name).replace(path)
