"""What lets a shell complete the command: its commands, options, places and names."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import shtab

_FILES = ("--input", "--config")
_FOLDERS = ("--output", "folder")


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """Return the script that a shell evaluates.

    Args:
        parser: of the whole command line; its actions are told what completes them.
        shell: ``bash``, ``zsh`` or ``fish``.
    """
    names = _names()
    for action in _actions(parser):
        name = (*action.option_strings[-1:], action.dest)[0]
        if name in _FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif name in _FOLDERS:
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
        elif action.choices is None and name in names:
            action.choices = names[name]
    return str(shtab.complete(parser, shell))


def _names() -> Mapping[str, list[str]]:
    """Return the names that stand for an argument which takes others, too."""
    from patentcore import schemas, shipped
    from patentcore.sources import ADAPTERS

    return {
        "--source": ["auto", *ADAPTERS],
        "table": [*schemas.TABLES, "run"],
        "name": shipped.names(),
    }


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            commands: dict[str, Any] = action.choices
            for command in commands.values():
                yield from _actions(command)
        else:
            yield action
