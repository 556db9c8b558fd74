"""How to run it again: the command, and the file of settings that it names."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any, get_args

from patentcore.config import EngineName, to_toml

FILE = "run.toml"
# Where and how the output is written is for the next run to say.
_OF_THE_OUTPUT = ("mode", "run_id", "staging")


def command_of(manifest: Mapping[str, Any]) -> str:
    """Return the command that runs the same method on the same input; the output is NEW.

    >>> command_of({"input": {"paths": ["a b.csv"]}, "engine": {"name": "embedded"}})
    "patentcore run --config run.toml --input 'a b.csv' --output NEW --engine embedded"
    """
    given = manifest.get("input") or {}
    paths = given.get("paths") or ([given["uri"]] if given.get("uri") else ["INPUT"])
    name = (manifest.get("engine") or {}).get("name")
    engine = ["--engine", name] if name in get_args(EngineName) else []
    words = ["patentcore", "run", "--config", FILE, "--input", *paths, "--output", "NEW", *engine]
    return shlex.join(map(str, words))


def settings_of(manifest: Mapping[str, Any]) -> str | None:
    """Return every setting of a run as TOML; ``None`` where they were not recorded."""
    values = dict(manifest.get("configuration") or {})
    if not values:
        return None
    output = values.pop("output", {})
    values["output"] = {key: v for key, v in output.items() if key not in _OF_THE_OUTPUT}
    return to_toml(values)
