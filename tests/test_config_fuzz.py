"""Whatever is mutated in a configuration, it loads within its bounds or is refused in a sentence.

``PATENTCORE_FUZZ`` names how many mutations are tried.
"""

from __future__ import annotations

import math
import os
import random
from collections.abc import Iterator
from typing import Any

from patentcore import config
from patentcore.errors import ConfigError

SEED, COUNT = 20231127, int(os.environ.get("PATENTCORE_FUZZ", "300"))
MOST_CHARACTERS = 1200
VALUES: tuple[Any, ...] = (
    *(
        math.inf,
        -math.inf,
        math.nan,
        1e308,
        5e-324,
        -0.0,
        0,
        -1,
        1,
        2**31,
        2**63,
        -(2**63),
        10**400,
    ),
    *("", " ", "\x00", "a\nb\r", "\x1b[31m", "\u202e", "\ud800", "x" * 6000, "'", "${HOME}"),
    *(True, None, [], {}, [[]], ["claims"] * 9, {"a": {"b": 1}}, [None], ["\n" * 50]),
    *("2020-13-45", "9999-12-31", "0001-01-01", "s3a://KEY:SECRET@b/c", "inf", "citation"),
)


def paths(model: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every section and key of a configuration."""
    for name in type(model).model_fields:
        yield (*before, name)
        value = getattr(model, name)
        if hasattr(type(value), "model_fields"):
            yield from paths(value, (*before, name))


def mutated(draw: random.Random, known: list[tuple[str, ...]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for _ in range(draw.randint(1, 4)):
        *sections, key = draw.choice(known)
        inner = values
        for section in sections:
            inner = inner.setdefault(section, {})
            if not isinstance(inner, dict):
                break
        else:
            if draw.random() < 0.1:
                at = draw.randrange(len(key))
                key = key[:at] + draw.choice(("", "_", "\n", "é")) + key[at + 1 :]
            inner[key] = draw.choice(VALUES)
    return values


def test_mutated_configurations_are_bounded_or_refused_in_a_sentence() -> None:
    draw, known = random.Random(SEED), list(paths(config.Config()))
    refused = 0
    for number in range(COUNT):
        values = mutated(draw, known)
        try:
            numbers = list(numbers_in(config.parse(values).model_dump()))
        except ConfigError as error:
            refused += 1
            message = str(error)
            assert message.isprintable(), (number, values)
            assert len(message) <= MOST_CHARACTERS, (number, values)
        else:
            assert all(abs(one) <= 2**31 for one in numbers), (number, values)
    assert COUNT / 2 < refused < COUNT


def numbers_in(value: Any) -> Iterator[float]:
    """Yield the numbers of a configuration."""
    if isinstance(value, dict):
        for one in value.values():
            yield from numbers_in(one)
    elif isinstance(value, int | float):
        yield value
