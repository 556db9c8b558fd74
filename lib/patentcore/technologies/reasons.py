"""Why a verdict is unknown: what is missing, by its name."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.technologies.judgements import BOTH_WEAK, FOREIGN_STRONG
from patentcore.technologies.verdicts import UNKNOWN, Thresholds


def reason(wants: Sequence[str], limits: Thresholds, *, of_domestic: bool) -> Column:
    """Say what is missing for a verdict: the evidence by its own name, else the attribute.

    Args:
        wants: columns that the verdict needs, or keys of the evidence.
        limits: the thresholds.
        of_domestic: the verdict is of the domestic side, which needs inventions enough.
    """
    told = _evidence_missing(limits)
    named = [name for name in wants if name not in told]
    missing = F.concat_ws(", ", *(F.when(_is_missing(name), F.lit(name)) for name in named))
    reasons = [told[name] for name in wants if name in told]
    if of_domestic:
        reasons.insert(0, told["patents"])
        missing = F.when(told["patents"].isNull(), missing).otherwise("")
    found = F.concat_ws(
        "; ", *reasons, F.nullif(F.concat(F.lit("not known: "), missing), F.lit("not known: "))
    )
    return F.when(found == "", "no rule of the papers fits").otherwise(found)


def _is_missing(name: str) -> Column:
    # A class wants a trait only of the absence that asks for it.
    asked = {
        "generality_rank": F.col("absence") == FOREIGN_STRONG,
        "novelty": F.col("absence") == BOTH_WEAK,
    }
    return F.col(name).isNull() & asked.get(name, F.lit(True))


def _evidence_missing(limits: Thresholds) -> dict[str, Column]:
    """Return reasons of their own wording, by what they are of; null where nothing is missing."""
    fewest, quality = f"{limits['min_patents']:g}", f"{limits['min_quality_patents']:g}"
    none = F.when(F.col("patent_count") == 0, "no patents")
    few_quality = F.when(
        F.col("quality_count") < limits["min_quality_patents"],
        F.concat(
            F.col("quality_count").cast("int"),
            F.lit(f" inventions of quality are fewer than {quality}"),
        ),
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
        F.concat(
            F.lit("sides are known of "),
            percent,
            F.lit(" % of the quality inventions: the others could turn the verdict"),
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
        F.when(F.col("maturity").isNull(), F.col("fit_failure")).when(
            F.coalesce(is_open[0], F.lit(False)) | F.coalesce(is_open[1], F.lit(False)),
            "the interval of the maturity spans the limit",
        ),
    )
    enough = F.col("patent_count") > 0
    rare = {
        what: F.when(
            F.col(f"{name}_percentile").isNotNull() & (F.col(f"{name}_lowest") >= limits[limit]),
            "so few inventions could not be told from usual ones if none had it",
        )
        for what, name, limit in (
            ("cooperation", "iur", "little_cooperation"),
            ("literature", "science", "weak_science"),
        )
    }
    return {
        **rare,
        "quality": F.coalesce(none, few_quality),
        "sides": sides,
        "growth": growth,
        "stage": F.when(F.col("stage") == UNKNOWN, F.coalesce(none, F.col("stage_doubt"))),
        "patents": F.coalesce(
            none,
            F.when(
                enough & (F.col("domestic_patents") < limits["min_patents"]),
                F.concat(
                    F.col("domestic_patents").cast("int"),
                    F.lit(f" domestic inventions are fewer than {fewest}"),
                ),
            ),
        ),
    }
