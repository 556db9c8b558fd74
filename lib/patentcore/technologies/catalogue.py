"""The catalogue of technologies: a TOML file of named rules, as frozen models."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from patentcore import shipped
from patentcore.errors import ConfigError
from patentcore.strict import Section, sentences
from patentcore.technologies.codes import place_of

PublicGood = Literal["none", "semi", "pure"]
Stage = Literal["emerging", "growth", "mature", "transition"]
Layout = Literal["generic", "frontier"]
Form = Literal["integrated product", "material or part", "process"]
User = Literal["government", "enterprises", "consumers"]
Patents = Literal["closed", "open", "pooled", "none"]
Industrialisation = Literal["supply chain", "alliance", "not required"]
Talent = Literal["universities", "enterprises", "state teams"]


class Published(Section):
    """What a publication says of a technology; shown beside judgements, never read by them."""

    broken_through: bool | None = None
    units: tuple[str, ...] = ()


class Attributes(Section):
    """What no patent tells; ``None`` where nobody has said. ``sources`` says who did.

    ``stage`` is read only where filings do not tell it, ``layout`` where citations do not.
    ``users``, ``patents``, ``industrialisation`` and ``talent`` are rows of the tables of paper H's
    four cases, ``form`` is what its second conclusion tells apart.
    """

    public_good: PublicGood | None = None
    standardised: bool | None = None
    niche_market: bool | None = None
    government_will: bool | None = None
    strategic: bool | None = None
    stage: Stage | None = None
    layout: Layout | None = None
    form: Form | None = None
    users: tuple[User, ...] | None = None
    patents: Patents | None = None
    industrialisation: Industrialisation | None = None
    talent: Talent | None = None
    sources: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sources_are_of_attributes(self) -> Attributes:
        for name in self.sources:
            if name not in type(self).model_fields or getattr(self, name) is None:
                raise ValueError(f"sources.{name} is of no attribute that is said")
        return self


class Technology(Section):
    """One technology: its names, the rule that assigns patents to it, and what people know."""

    name_zh: str
    name_en: str
    scope_zh: str | None = None
    scope_en: str | None = None
    type: str | None = None
    technical_field: str | None = None
    keywords_zh: tuple[str, ...] = ()
    keywords_en: tuple[str, ...] = ()
    weak_keywords_zh: tuple[str, ...] = ()
    weak_keywords_en: tuple[str, ...] = ()
    not_keywords: tuple[str, ...] = ()
    head_keywords: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    published: Published = Published()
    attributes: Attributes = Attributes()
    upstream: dict[str, str] = Field(default_factory=dict)
    """Technologies of the catalogue that this one is made with or from, and who says so."""

    @property
    def keywords(self) -> tuple[str, ...]:
        """Words that suffice in a title, of every language."""
        return self.keywords_zh + self.keywords_en

    @property
    def weak_keywords(self) -> tuple[str, ...]:
        """Words that need a code beside them, of every language."""
        return self.weak_keywords_zh + self.weak_keywords_en

    @model_validator(mode="after")
    def _can_assign(self) -> Technology:
        if not (self.keywords or self.codes or self.weak_keywords or self.head_keywords):
            raise ValueError("has neither keywords nor codes, so no patent can belong to it")
        if self.weak_keywords and not self.context:
            raise ValueError("weak_keywords need context codes beside them")
        words = (*self.keywords, *self.weak_keywords, *self.not_keywords, *self.head_keywords)
        if not all(any(c.isalnum() for c in word) for word in words):
            raise ValueError("a keyword has neither letter nor digit")
        for code in (*self.codes, *self.context):
            place_of(code)
        return self


Catalogue = dict[str, Technology]


def load(path: str | Path) -> Catalogue:
    """Read a catalogue: a table for each technology, by its name in the outputs.

    Args:
        path: the file, or the name of a shipped catalogue.

    Raises:
        ConfigError: the file is missing, not TOML, or empty, or an entry is wrong; all problems
            in one message, each naming the entry and, for unknown keys, the nearest name.
    """
    try:
        file = shipped.locate(path, shipped.CATALOGUES, "technologies.catalogue")
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"technologies.catalogue: {path} cannot be read: {error}") from error
    if not values:
        raise ConfigError(f"technologies.catalogue: {path} names no technology")
    try:
        catalogue = TypeAdapter(Catalogue).validate_python(values)
    except ValidationError as error:
        raise ConfigError(f"{path}: {sentences(error, Catalogue)}") from error
    for name, one in catalogue.items():
        for other in one.upstream:
            if other not in catalogue or other == name:
                raise ConfigError(f"{path}: {name}.upstream: {other} is no other technology")
    return catalogue
