"""Errors that users see: one sentence each, with the exit code of the command."""

from __future__ import annotations

import re


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


def telling(error: BaseException) -> str:
    """Return the telling line of an error's message, for a message of one line.

    Spark buries its own sentence, ``[CONDITION] ...``, under what wrapped it.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    conditions = [line for line in lines if re.search(r"\[[A-Z][A-Z0-9_.]+\] ", line)]
    if conditions:
        return re.sub(r"^.*?(\[[A-Z][A-Z0-9_.]+\] )", r"\1", conditions[-1])[:500]
    return lines[0][:500] if lines else type(error).__name__
