"""Why a verdict is unknown: what is missing, by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.technologies.judgements import NO_YEARS, could_turn, known_traits, traits_asked
from patentcore.technologies.verdicts import UNKNOWN, Thresholds

COULD_TURN = "the inventions of unknown side could turn it"
TRAITS = ("generality_rank", "novelty")
EVIDENCE = (
    *("quality", "sides", "growth", "stage", "organisation", "patents"),
    *("cooperation", "literature", "enterprises"),
)


def reason(wants: Sequence[str], unit: Mapping[str, Any], of_domestic: bool) -> str:
    """Say what is missing for a verdict: the evidence by its own name, else the attribute.

    Args:
        wants: columns that the verdict needs, or names of the evidence.
        unit: a technology's columns, with those of :func:`evidence`.
        of_domestic: the verdict is of the domestic side, which needs inventions enough.

    >>> unit = {"_lacks_patents": None, "_lacks_literature": "too few", "form": None}
    >>> reason(("form", "literature"), unit, of_domestic=True)
    'too few; not known: form'
    >>> reason(("form",), unit | {"form": "process"}, of_domestic=False)
    'no rule of the papers fits'
    """
    named = [name for name in wants if name not in EVIDENCE]
    missing = [name for name in named if _is_missing(name, unit)]
    reasons = [unit[_lacks(name)] for name in wants if name in EVIDENCE]
    if of_domestic:
        reasons.insert(0, unit[_lacks("patents")])
        missing = [] if unit[_lacks("patents")] else missing
    if missing:
        reasons.append(f"not known: {', '.join(missing)}")
    return "; ".join(filter(None, reasons)) or "no rule of the papers fits"


def _is_missing(name: str, unit: Mapping[str, Any]) -> bool:
    return bool(unit[_lacks(name)]) if name in TRAITS else unit[name] is None


def columns_of(wants: Sequence[str]) -> list[str]:
    """Return those of the wanted that are columns of their own."""
    return [name for name in wants if name not in (*EVIDENCE, *TRAITS)]


def evidence(limits: Thresholds) -> dict[str, Column]:
    """Return what :func:`reason` reads: why evidence is missing, and which trait of a class is.

    Args:
        limits: the thresholds.
    """
    known, is_asked = known_traits(limits), traits_asked()
    # A class wants a trait only where the foreign side may ask for it, and nobody says the layout.
    traits = {
        name: known[name].isNull() & is_asked[name] & F.col("said_layout").isNull()
        for name in TRAITS
    }
    return {_lacks(name): why for name, why in (_evidence_missing(limits) | traits).items()}


def _lacks(name: str) -> str:
    return f"_lacks_{name}"


def _organisation_gaps() -> Column:
    """Name the attributes of the market and of the state that could turn an organisation."""
    good, stage, market = F.col("public_good"), F.col("stage"), F.col("market")
    is_semi = good == "semi"
    may_settle = ~stage.isin("emerging", "transition")
    is_untold = may_settle & (market == UNKNOWN)
    asked = {
        "standardised": is_untold | (is_semi & stage.isin("transition", UNKNOWN)),
        "niche_market": is_untold,
        "government_will": is_semi & may_settle & (market != "standardised"),
    }
    has_market = good.isin("semi", "none")
    names = F.concat_ws(
        ", ",
        *(F.when(has_market & one & F.col(name).isNull(), name) for name, one in asked.items()),
    )
    return F.when(names != "", F.concat(F.lit("not known: "), names))


def _evidence_missing(limits: Thresholds) -> dict[str, Column]:
    """Return reasons of their own wording, by what they are of; null where nothing is missing."""
    fewest, quality = f"{limits['min_patents']:g}", f"{limits['min_quality_patents']:g}"
    none = F.when(F.col("patent_count") == 0, "no patents")
    few_quality = F.when(
        F.col("quality_count") < limits["min_quality_patents"],
        F.concat(
            _whole("quality_count"),
            F.lit(f" inventions of quality are fewer than {quality}"),
            _more("quality_unknown_count", "could not be judged"),
        ),
    )
    no_side = F.when(
        F.col("known_side_share") == 0, "no applicant and no priority tells the side of any"
    )
    limit = limits["strong_share"]
    spans = {
        side: (F.round(f"{side}_share_low", 12) < limit)
        & (F.round(f"{side}_share_high", 12) >= limit)
        for side in ("domestic", "foreign")
    }
    percent = F.round(100 * F.col("known_quality_share"), 0).cast("int").cast("string")
    sides = F.when(
        few_quality.isNull() & (spans["domestic"] | spans["foreign"]),
        F.coalesce(
            no_side,
            F.concat(
                F.lit("sides are known of "),
                percent,
                F.lit(" % of the quality inventions: the others could turn the verdict"),
            ),
        ),
    )
    grown = limits["strong_maturity"]
    of_side = [
        [F.coalesce(f"{side}_maturity_{end}", f"maturity_{end}") for end in ("low", "high")]
        for side in ("domestic", "foreign")
    ]
    is_open = [(low < grown) & (high >= grown) for low, high in of_side]
    growth = F.when(
        few_quality.isNull() & F.col("said_stage").isNull(),
        F.when(F.col("maturity").isNull(), F.coalesce("fit_failure", F.lit(NO_YEARS))).when(
            F.coalesce(is_open[0], F.lit(False)) | F.coalesce(is_open[1], F.lit(False)),
            "the interval of the maturity spans the limit",
        ),
    )
    enough = F.col("patent_count") > 0
    rare = {
        what: F.when(
            F.col(f"{name}_percentile").isNotNull() & (F.col(f"{name}_lowest") >= limits[limit]),
            "so few inventions could not be told from usual ones if none had it",
        ).when(could_turn(f"{name}_percentile", f"{name}_bound", limits[limit]), COULD_TURN)
        for what, name, limit in (
            ("cooperation", "iur", "little_cooperation"),
            ("literature", "science", "weak_science"),
        )
    }
    least = limits["low_enterprise_share"]
    turns = could_turn("domestic_enterprise_share", "enterprise_bound", least)
    return {
        **rare,
        "enterprises": F.when(turns, COULD_TURN),
        "quality": F.coalesce(none, few_quality),
        "sides": sides,
        "growth": growth,
        "stage": F.when(F.col("stage") == UNKNOWN, F.coalesce(none, F.col("stage_doubt"))),
        "organisation": _organisation_gaps(),
        "patents": F.coalesce(
            none,
            no_side,
            F.when(
                enough & (F.col("domestic_patents") < limits["min_patents"]),
                F.concat(
                    _whole("domestic_patents"),
                    F.lit(f" domestic inventions are fewer than {fewest}"),
                    _more("unknown_side_count", "are of unknown side"),
                ),
            ),
        ),
    }


def _whole(name: str) -> Column:
    """A count as it is read; parts of an invention are one."""
    return F.ceil(F.col(name)).cast("int").cast("string")


def _more(name: str, what: str) -> Column:
    count = F.coalesce(name, F.lit(0))
    return F.when(count > 0, F.concat(F.lit("; "), _whole(name), F.lit(f" more {what}"))).otherwise(
        ""
    )
