"""Errors that users see: one sentence each, with the exit code of the command."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PatentCoreError(Exception):
    """Any failure that PatentCore explains to its user; the message is one clear sentence."""

    exit_code = 1


class ConfigError(PatentCoreError):
    """The command line or the configuration file is wrong."""

    exit_code = 2


class InputError(PatentCoreError):
    """The input is missing, unreadable or not of the declared shape."""

    exit_code = 3


class OutputError(PatentCoreError):
    """Something stands where the output should be written."""

    exit_code = 4


class EnvironmentProblem(PatentCoreError):
    """Java, Spark, Scala or GraphFrames is missing or does not fit; the remedy is named."""

    exit_code = 1


def meant(name: str, known: Iterable[str]) -> str:
    """Return which of the known names a wrong one is near to, as a message ends; else nothing.

    >>> meant("shwo", ["show", "score"]), meant("xyz", ["show"])
    ('; did you mean show?', '')
    """
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
