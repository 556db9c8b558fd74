"""What a synthetic patent is about, and who made it."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.synthetic import signals
from patentcore.synthetic import vocabulary as words
from patentcore.synthetic.draws import Draws, table, without_nulls
from patentcore.synthetic.signals import Signal
from patentcore.synthetic.timeline import Timeline, date_of


def signal(shared: Draws, timeline: Timeline, every: Sequence[Signal]) -> Column:
    """Return the place of the planted technology; published patents have none."""
    year = F.year(date_of(F.col("origin_day")))
    is_free = F.col("subject").isNull()
    return signals.number(shared, year, is_free, timeline.year_shares, every)


def planted(every: Sequence[Signal]) -> dict[str, Column]:
    """Say what is planted: words, and whether domestic, joint, scientific; null in most rows."""
    return {
        "signal_chinese": signals.of([one.chinese for one in every]),
        "signal_english": signals.of([_in_title(one.english) for one in every]),
        "signal_domestic": signals.of([int(one.is_domestic) for one in every]) == 1,
        "signal_joint": signals.of([int(one.is_joint) for one in every]) == 1,
        "signal_science": signals.of([int(one.is_scientific) for one in every]) == 1,
    }


def fields(shared: Draws) -> dict[str, Column]:
    """Draw the technical field, the enterprise, its partner and the team's leader."""
    fields = len(words.FIELDS)
    return {
        "field": shared.skewed(fields, "field").cast("int"),
        "is_chinese": F.col("authority").isin("CN", "TW", "HK"),
        "owner": shared.skewed(len(words.ENTERPRISES), "enterprise").cast("int"),
        "partner": shared.skewed(len(words.PARTNERS), "partner").cast("int"),
        "leader": shared.skewed(900, "leader").cast("int"),
    }


def other_field(shared: Draws, field: Column) -> Column:
    """Draw a technical field that is not the given one."""
    step = 1 + shared.below(len(words.FIELDS) - 1, "second field").cast("int")
    return (field + step) % len(words.FIELDS)


def title(shared: Draws) -> Column:
    """Word the title, in Chinese at the offices that write it."""
    subject = F.coalesce(
        F.col("subject"),
        F.col("signal_chinese"),
        F.get(table([field[2] for field in words.FIELDS]), F.col("field")),
    )
    english_subject = F.coalesce(
        F.col("signal_english"),
        F.get(table([_in_title(field[3]) for field in words.FIELDS]), F.col("field")),
    )
    chinese = F.concat(
        F.lit("一种"),
        shared.one_of(words.QUALITIES, "quality"),
        subject,
        shared.one_of(words.PRODUCTS, "product"),
        shared.one_of(words.TAILS, "tail"),
    )
    english = F.concat(
        english_subject, F.lit(" "), shared.one_of(words.ENGLISH_PRODUCTS, "product")
    )
    return F.when(F.col("is_chinese"), chinese).otherwise(english)


def _in_title(words: str) -> str:
    """Return words as a title has them; engines differ in what they take for one.

    >>> _in_title("analogue-digital conversion")
    'Analogue-digital Conversion'
    """
    return " ".join(word.capitalize() for word in words.split(" "))


def abstract(shared: Draws) -> Column:
    """Word the abstract, which names the second field; null for a few."""
    second = F.get(table([field[2] for field in words.FIELDS]), F.col("second_field"))
    chinese = F.concat(
        F.lit("本发明涉及"),
        second,
        F.lit("技术领域,公开了"),
        F.col("title"),
        F.lit(","),
        shared.one_of(words.EFFECTS, "effect"),
        F.lit("。"),
    )
    english = F.concat(F.col("title"), F.lit(" with improved reliability is disclosed."))
    text = F.when(F.col("is_chinese"), chinese).otherwise(english)
    return F.when(shared.chance(97, "abstract"), text)


def is_foreign(shared: Draws) -> Column:
    """Tell whether the first applicant is foreign, in rows where a technology is planted."""
    domestic = F.when(F.col("signal_domestic"), 95).otherwise(5)
    return F.col("signal").isNotNull() & (shared.below(100, "signal side") >= domestic)


def is_side_hidden(shared: Draws, every: Sequence[Signal]) -> Column:
    """Tell whether nothing tells the side of the first applicant."""
    if not any(any(one.hidden) for one in every):
        return F.lit(False)
    strong, weak = (signals.of([one.hidden[i] for one in every]) for i in range(2))
    is_strong = is_foreign(shared) != F.col("signal_domestic")
    rate = F.when(is_strong, strong).otherwise(weak)
    return F.coalesce(shared.below(100, "signal hidden") < rate, F.lit(False))


def people(shared: Draws) -> dict[str, Column]:
    """Name the applicants, one or two, and up to five inventors; reads ``is_side_hidden``."""
    owner = F.col("owner")
    name = F.when(
        F.col("is_chinese"), F.get(table([chinese for chinese, _ in words.ENTERPRISES]), owner)
    ).otherwise(F.get(table([english for _, english in words.ENTERPRISES]), owner))
    # What is planted decides the side and the partners of its rows.
    is_planted = F.col("signal").isNotNull()
    is_hidden = F.col("is_side_hidden")
    country = F.when(~is_hidden, "CN")
    abroad = shared.below(len(signals.FOREIGN), "foreign owner").cast("int")
    own = _applicant(name, country, F.lit("enterprise"))
    name_abroad = F.get(table([name for name, _ in signals.FOREIGN]), abroad)
    country_abroad = F.get(table([country for _, country in signals.FOREIGN]), abroad)
    other = _applicant(
        # Forms of companies tell their country.
        F.when(is_hidden, F.regexp_replace(name_abroad, " [A-Za-z]+$", "")).otherwise(name_abroad),
        F.when(~is_hidden, country_abroad),
        F.lit("enterprise"),
    )
    first = F.when(is_foreign(shared), other).otherwise(own)
    partner = F.when(
        is_planted, shared.below(signals.SCIENCE_PARTNERS, "signal partner").cast("int")
    ).otherwise(F.col("partner"))
    second = _applicant(*(F.get(table([p[i] for p in words.PARTNERS]), partner) for i in range(3)))
    joint = F.when(F.col("signal_joint"), 25).when(is_planted, 1).otherwise(9)
    has_partner = shared.below(100, "has partner") < joint
    team = shared.below(5, "team")
    inventors = [F.when(F.lit(i) <= team, _inventor(i)) for i in range(5)]
    return {
        "applicants": F.when(has_partner, F.array(first, second)).otherwise(F.array(first)),
        "inventors": without_nulls(inventors, "string"),
    }


def _applicant(name: Column, country: Column, sector: Column) -> Column:
    return F.struct(name.alias("name"), country.alias("country"), sector.alias("sector"))


def _inventor(i: int) -> Column:
    """Name the ``i``-th member of a team, some way behind its leader in the enterprise's list."""
    person = F.col("leader") + i * 17 + F.col("owner") * 41
    surnames, given = list(words.SURNAMES), words.GIVEN_NAMES
    return F.concat(
        F.get(table(surnames), person * 7 % len(surnames)),
        F.get(table(given), person * 11 % len(given)),
    )
