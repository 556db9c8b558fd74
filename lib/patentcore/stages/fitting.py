"""Which shipped configuration fits what an export has."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from patentcore import config as configuration
from patentcore.config import Config
from patentcore.errors import InputError
from patentcore.stages.screen import funnel_steps

# In this order of two that fit the first is taken: the paper's method as far as it goes.
_ORDER = ("paper", "derwent", "lens", "patentsview")
_DATES_OF_FILING = {"application_date", "earliest_priority_date", "priorities"}


@dataclass(frozen=True)
class Known:
    """What an export has.

    Attributes:
        fields: columns of ``patents`` with any value.
        citations: how many.
        last_year: of publication; ``None`` where no date is known.
    """

    fields: Collection[str]
    citations: int
    last_year: int | None


@dataclass(frozen=True)
class Fitting:
    """A configuration that was chosen.

    Attributes:
        name: of the shipped configuration.
        config: it, with what had to be set besides.
        settings: what that is, as ``--set`` takes it.
        why: in words.
    """

    name: str
    config: Config
    settings: tuple[str, ...]
    why: str


def fitting(known: Known, overrides: Iterable[str] = ()) -> Fitting:
    """Choose the shipped configuration whose steps and network an export can bear.

    The first of the paper's and the others that lacks nothing is taken, else the one that lacks
    least, without the steps that nothing tells. Years after the configuration's own are taken in.

    Args:
        known: what the export has.
        overrides: as given to ``--set``; they come last.

    Raises:
        InputError: there are neither citations nor classification symbols to make a network of.

    >>> everything = {"authority", "patent_type", "claim_count", "cited_by_count", "ipc",
    ...     "legal_events", "application_number", "application_date"}
    >>> fitting(Known(everything, citations=9, last_year=2020)).name
    'paper'
    >>> found = fitting(Known(everything - {"legal_events"}, citations=9, last_year=2020))
    >>> found.name, found.settings, found.why
    ('derwent', ('scoring.reference_year=2020',), 'paper would need legal_events')
    >>> fitting(Known(everything - {"application_date"}, citations=9, last_year=2020)).settings
    ('technologies.unseen_years=1',)
    """
    if not known.citations and not {"ipc", "cpc"} & set(known.fields):
        raise InputError(
            "the export has neither citations nor classification symbols, so there is no network "
            "to measure; add an export that has them as a further --input"
        )
    overrides = tuple(overrides)
    lacking = {name: _lacking(configuration.load(name), known) for name in _ORDER}
    # A network can only be made of what is there, so its lack counts before those of steps.
    name = min(_ORDER, key=lambda name: ("network" in lacking[name], len(lacking[name])))
    settings = _settings(configuration.load(name), known)
    config = configuration.load(name, (*settings, *overrides))
    before = [other for other in _ORDER[: _ORDER.index(name)] if lacking[other]]
    reasons = [f"{other} would need {', '.join(_told(lacking[other]))}" for other in before]
    left_out = [*lacking[name], *_unknown_measures(known)]
    if left_out:
        reasons.append(f"left out, as nothing tells them: {', '.join(left_out)}")
    return Fitting(name, config, settings, "; ".join(reasons) or "the export has what it needs")


def _lacking(config: Config, known: Known) -> dict[str, str]:
    """Return the steps, and the network, that need what an export lacks, with what that is."""
    lacking = {
        step.name: " or ".join(step.needs)
        for step in funnel_steps(config)
        if not set(step.needs) & set(known.fields)
    }
    if config.network.kind != "co_classification":
        if not known.citations:
            lacking["network"] = "citations"
    elif config.network.code_system not in known.fields:
        lacking["network"] = config.network.code_system
    return lacking


def _unknown_measures(known: Known) -> list[str]:
    """Return the measures of the score that nothing tells; with a weight they leave all unscored.

    >>> _unknown_measures(Known({"cpc"}, citations=9, last_year=None))
    ['popularity', 'main_class']
    """
    popularity = ["popularity"] if known.last_year is None else []
    return popularity + ([] if {"main_ipc", "ipc"} & set(known.fields) else ["main_class"])


def _told(lacking: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(lacking.values()))


def _settings(config: Config, known: Known) -> tuple[str, ...]:
    """Return what to set besides.

    These are steps that can be judged, years as late as the export's or no dates at all, no weight
    of measures that nothing tells, and one year that is not yet seen where only publications have
    dates.
    """
    lacking = _lacking(config, known)
    settings = []
    if set(lacking) - {"network"}:
        steps = [f'"{name}"' for name in config.screening.steps if name not in lacking]
        settings.append(f"screening.steps=[{', '.join(steps)}]")
    settings += [f"scoring.weights.{name}=0" for name in _unknown_measures(known)]
    year = known.last_year
    if year is None:
        settings += ['corpus.published_from=""', 'corpus.published_to=""']
    elif year > config.scoring.reference_year:
        settings.append(f"scoring.reference_year={year}")
        last = config.corpus.published_to
        if last is not None and last.year < year:
            settings.append(f"corpus.published_to={year}-12-31")
    # What is dated by its publication is not filed and unseen: only the last year is not over.
    if year is not None and not _DATES_OF_FILING & set(known.fields):
        settings.append("technologies.unseen_years=1")
    return tuple(settings)
