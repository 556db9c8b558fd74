"""Frozen models of TOML files, and what is wrong with a file in sentences for its user."""

from __future__ import annotations

import difflib
import typing
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from patentcore.words.safety import visible

MOST_PROBLEMS = 5


class Section(BaseModel):
    """A section of a TOML file: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def shown(value: object, most: int = 80) -> str:
    r"""Write a value that a user gave so that it stays on one line and is short.

    What does not print is escaped, and the middle of what is long left out.

    >>> shown("conf/paper.toml"), shown("a\nb"), shown("x" * 100, most=9)
    ('conf/paper.toml', 'a\\nb', 'xxx...xxx')
    """
    text = visible(str(value))
    kept = (most - 3) // 2
    return text if len(text) <= most else f"{text[:kept]}...{text[-kept:]}"


def sentences(error: ValidationError, model: Any) -> str:
    """Tell the problems of an error in one line, with the nearest name for unknown keys.

    Of many problems only the first ``MOST_PROBLEMS`` are told.

    Args:
        error: what the model said.
        model: the model of the whole file, or ``dict[str, Model]`` for a file of named entries.
    """
    problems = error.errors()
    told = [_sentence(problem, model) for problem in problems[:MOST_PROBLEMS]]
    more = len(problems) - len(told)
    return "; ".join([*told, f"and {more:,} more problems"] if more else told)


def _sentence(problem: Any, model: Any) -> str:
    location = [str(part) for part in problem["loc"]]
    dotted = shown(".".join(location))
    if problem["type"] == "extra_forbidden":
        known = _known_keys(model, location[:-1])
        near = difflib.get_close_matches(location[-1], known, n=1, cutoff=0.5)
        hint = f"; did you mean {shown('.'.join([*location[:-1], near[0]]))}?" if near else ""
        return f"unknown key {dotted}{hint}"
    message = shown(problem["msg"].removeprefix("Value error, "), most=200)
    if problem["type"] == "value_error":
        is_named = not location or message.startswith(location[0])
        return message if is_named else f"{dotted}: {message}"
    return f"{dotted}: {message[0].lower()}{message[1:]} (got {shown(repr(problem['input']))})"


def _known_keys(model: Any, sections: list[str]) -> list[str]:
    for section in sections:
        if not hasattr(model, "model_fields"):
            # A table of named entries: its values have the fields.
            model = typing.get_args(model)[-1]
            continue
        field = model.model_fields.get(section)
        if field is None:
            return []
        model = _model_in(field.annotation)
    return list(getattr(model, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    """Return the model of an annotation like ``Model | None``."""
    if typing.get_origin(annotation) in (dict, list, tuple):
        return annotation
    options = typing.get_args(annotation) or (annotation,)
    return next((option for option in options if hasattr(option, "model_fields")), annotation)
