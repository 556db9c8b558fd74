"""Which publication stands at a place: its role in the funnel, its office, kind and number.

Numbers cannot collide, at any scale. The running part has ``NUMBERS_PER_PLACE`` values for each
place: the first for applications, the second for grants, the last for publications outside the
corpus (the place's *shadow*), and the third for grants of the first years, whose application lies
before the corpus, and for the few places whose number Tables 4 and 5 print.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.synthetic.draws import Draws, weighted
from patentcore.synthetic.published import PUBLISHED_NUMBERS
from patentcore.synthetic.timeline import NUMBERS_PER_PLACE, Timeline, date_of
from patentcore.synthetic.vocabulary import OFFICES, OFFICES_OF_MODELS, OTHER_OFFICES

# Steps of the funnel that a publication has passed when it drops out; 7 is a key patent.
FAILS_OFFICE, FAILS_TYPE, FAILS_CLAIMS, FAILS_CITATIONS, FAILS_BREADTH, FAILS_EVENTS = range(6)
DOUBLE, KEY = 6, 7

_APPLICATION, _GRANT, _SPARE, _SHADOW = range(NUMBERS_PER_PLACE)
_TAKEN = tuple(int(n[3:-1]) for n in PUBLISHED_NUMBERS)

# Where grants and applications have codes of their own.
_KINDS: Mapping[str, tuple[str, str]] = {
    "CN": ("A", "B"),
    "US": ("A1", "B2"),
    "EP": ("A1", "B1"),
    "WO": ("A1", "A1"),
    "JP": ("A", "B2"),
    "KR": ("A", "B1"),
    "DE": ("A1", "B4"),
    "FR": ("A1", "B1"),
}
_LONG_PREFIX = ("KR", "DE")  # KR10..., DE10...


def depth(timeline: Timeline, rank: Column) -> Column:
    """Steps of the funnel that a rank passes."""
    passed = [(rank < left).cast("int") for left in timeline.funnel[1:]]
    return reduce(lambda total, one: total + one, passed)


def with_identity(
    df: DataFrame, timeline: Timeline, *, is_shadow: Column | None = None
) -> DataFrame:
    """Add depth, origin, authority, patent type, kind and number to the places ``t``.

    ``origin`` is the place of the application's first publication: another place for doubles.
    Where ``is_shadow``, the number is that of the publication outside the corpus that stands
    beside the place; negative places are prior art from before the corpus begins.

    What is used more than once is a column, to keep the expressions, and the code that Spark
    compiles from them, small.
    """
    is_shadow = F.lit(False) if is_shadow is None else is_shadow
    return (
        df.withColumn("rank", timeline.rank(F.col("t")))
        .withColumn("depth", depth(timeline, F.col("rank")))
        .withColumns({"origin": _origin(timeline), "is_paired": is_paired(timeline)})
        .withColumns(_office_and_type(timeline))
        .withColumn("is_grant", _is_grant(timeline))
        .withColumns(_shadow_office_and_type(timeline, is_shadow))
        .withColumns({"kind_code": _kind(), **_place_of_number(timeline, is_shadow)})
        .withColumn("block", timeline.block_column(F.col("place")))
        .withColumn("publication_number", _number(timeline))
    )


def _origin(timeline: Timeline) -> Column:
    of_key = timeline.place(F.col("rank") - F.lit(timeline.keys))
    return F.when(F.col("depth") == DOUBLE, of_key).otherwise(F.col("t")).cast("long")


def is_paired(timeline: Timeline) -> Column:
    """Tell key patents that have a double, and the doubles."""
    return (F.col("depth") == DOUBLE) | (F.col("rank") < timeline.doubles)


def is_granted_key(timeline: Timeline, rank: Column) -> Column:
    """Tell, of key patents without a double, those published as granted: two in three."""
    return (rank >= timeline.doubles) & ((rank - timeline.doubles) % 3 != 2)


def _office_and_type(timeline: Timeline) -> dict[str, Column]:
    draws = Draws(timeline.seed, F.col("t"))
    at = F.col("depth")
    invention = F.lit("invention")
    model = F.when(draws.chance(85, "model"), "utility_model").otherwise("design")
    abroad = F.when(draws.chance(70, "abroad"), invention).otherwise(model)
    return {
        "authority": F.when(F.col("is_paired"), "CN")
        .when(at == FAILS_OFFICE, draws.one_of(weighted(OTHER_OFFICES), "office"))
        .when(at == FAILS_TYPE, draws.one_of(weighted(OFFICES_OF_MODELS), "office"))
        .otherwise(draws.one_of(weighted(OFFICES), "office")),
        "patent_type": F.when(at == FAILS_OFFICE, abroad)
        .when(at == FAILS_TYPE, model)
        .otherwise(invention),
    }


def _is_grant(timeline: Timeline) -> Column:
    draws = Draws(timeline.seed, F.col("t"))
    drawn = draws.chance(45, "grant") & (F.col("t") >= _lag(timeline))
    return (
        F.when(F.col("patent_type") != "invention", False)
        .when(F.col("depth") == DOUBLE, True)
        .when(F.col("depth") == KEY, is_granted_key(timeline, F.col("rank")))
        .otherwise(drawn)
    )


def _shadow_office_and_type(timeline: Timeline, is_shadow: Column) -> dict[str, Column]:
    """Replace office and type where the publication is outside the corpus."""
    office = Draws(timeline.seed, F.col("t")).one_of(weighted(OFFICES), "shadow office")
    return {
        "authority": F.when(is_shadow, office).otherwise(F.col("authority")),
        "patent_type": F.when(is_shadow, "invention").otherwise(F.col("patent_type")),
        "is_grant": F.when(is_shadow, False).otherwise(F.col("is_grant")),
    }


def _kind() -> Column:
    """Return the kind code, given authority, type and whether it is a grant."""
    authority, is_grant = F.col("authority"), F.col("is_grant")
    kind = F.when(is_grant, "B").otherwise("A")
    for office, (application, grant) in _KINDS.items():
        named = F.when(is_grant, grant).otherwise(application)
        kind = F.when(authority == office, named).otherwise(kind)
    return (
        F.when(F.col("patent_type") == "design", F.when(authority == "US", "S1").otherwise("S"))
        .when(
            F.col("patent_type") == "utility_model",
            F.when(authority == "DE", "U1").otherwise("U"),
        )
        .otherwise(kind)
    )


def _place_of_number(timeline: Timeline, is_shadow: Column) -> dict[str, Column]:
    """Return the place whose Chinese numbers a publication takes from, and which of them."""
    is_double = F.col("depth") == DOUBLE
    is_early = F.col("t") < _lag(timeline)
    return {
        "residue": F.when(is_shadow, _SHADOW)
        .when(is_double | ~F.col("is_grant"), _APPLICATION)
        .when(is_early, _SPARE)
        .otherwise(_GRANT),
        "place": F.when(is_shadow, F.greatest(F.col("t"), F.lit(0)))
        .when(is_double, F.col("origin"))
        .when(F.col("is_grant") & ~is_early, F.col("t") - F.lit(_lag(timeline)))
        .otherwise(F.col("t")),
    }


def _lag(timeline: Timeline) -> int:
    """Places by which a grant's number is older than its publication: about two years."""
    return timeline.rows // 8


def _number(timeline: Timeline) -> Column:
    """Return the publication number, given authority, type, kind, block and residue."""
    oldest = max(6_000_000, 4 * timeline.rows)
    before = F.concat(F.lit("US"), (F.lit(oldest) + F.col("t")).cast("string"), F.lit("A"))
    return (
        F.when(F.col("t") < 0, before)
        .when(F.col("authority") == "CN", _chinese_number(timeline))
        .otherwise(_foreign_number(timeline))
    )


def _chinese_number(timeline: Timeline) -> Column:
    serial = F.col("block") * F.lit(NUMBERS_PER_PLACE) + F.col("residue")
    if timeline.extra_digits == 0:
        serial = F.when(serial.isin(*_TAKEN), _spare(serial)).otherwise(serial)
    first_digit = (
        F.when(F.col("patent_type") == "utility_model", "2")
        .when(F.col("patent_type") == "design", "3")
        .otherwise("1")
    )
    digits = F.lpad(serial.cast("string"), 8 + timeline.extra_digits, "0")
    return F.concat(F.lit("CN"), first_digit, digits, F.col("kind_code"))


def _spare(serial: Column) -> Column:
    return serial - serial % NUMBERS_PER_PLACE + _SPARE


def _foreign_number(timeline: Timeline) -> Column:
    authority, t = F.col("authority"), F.greatest(F.col("t"), F.lit(0))
    prefix = F.when(authority.isin(*_LONG_PREFIX), F.concat(authority, F.lit("10"))).otherwise(
        authority
    )
    year = F.year(date_of(timeline.day_column(F.col("t"))))
    is_shadow = (F.col("residue") == _SHADOW).cast("int")
    digits = (2 * t + is_shadow).cast("string")
    width = F.when(authority == "WO", 6).otherwise(7)
    padded = F.lpad(digits, F.greatest(width, F.length(digits)), "0")
    return F.concat(prefix, year.cast("string"), padded, F.col("kind_code"))
