"""The patents table: one row for each place, every column drawn from the place and the seed.

A publication that drops out of the funnel at a step satisfies all earlier steps and fails that
one; its later attributes are free. A double shares what belongs to its application with the key
patent, so those columns are drawn from ``origin``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.synthetic import legal_life, subjects
from patentcore.synthetic import vocabulary as words
from patentcore.synthetic.citations import bulk_cited_by, prior_art_count
from patentcore.synthetic.draws import Draws, table, without_nulls
from patentcore.synthetic.identity import (
    DOUBLE,
    FAILS_BREADTH,
    FAILS_CITATIONS,
    FAILS_CLAIMS,
    FAILS_EVENTS,
    FAILS_OFFICE,
    FAILS_TYPE,
    with_identity,
)
from patentcore.synthetic.signals import SIGNALS, Signal
from patentcore.synthetic.timeline import EPOCH, LAST_DAY, Timeline, date_of

# What the key layer lays down for some key patents; see network.KeyLayer.
KEY_LAYER_SCHEMA = (
    "t bigint, fixed_ipc string, fixed_number string, fixed_day int, fixed_relatives int, "
    "subject string"
)
SOURCE = "synthetic"
MOST_RELATIVES = 24
YEAR = 365

# Columns that the corpus has nothing for.
_LEFT_OUT = (
    "applicant_addresses", "inventor_addresses", "owners", "npl_citations", "government_interest",
)  # fmt: skip


def patents(
    places: DataFrame,
    key_layer: DataFrame,
    tally: DataFrame,
    timeline: Timeline,
    signals: Sequence[Signal] = SIGNALS,
) -> DataFrame:
    """Return the patents table.

    Args:
        places: the places ``t``.
        key_layer: of ``KEY_LAYER_SCHEMA``.
        tally: citations of each place, see :func:`citations.tally`.
        timeline: size and seed.
        signals: technologies to plant.
    """
    own, shared = Draws(timeline.seed, F.col("t")), Draws(timeline.seed, F.col("origin"))
    # The many rows stand at the right: engines keep the left side of a join in memory.
    tallied = tally.join(with_identity(places, timeline), on="t", how="right")
    return (
        F.broadcast(key_layer)
        .join(tallied, on="t", how="right")
        .withColumn("publication_number", F.coalesce("fixed_number", "publication_number"))
        .withColumns(_first_days(timeline))
        .withColumns(_dates(own, shared))
        .withColumn("signal", subjects.signal(shared, timeline, signals))
        .withColumns(subjects.planted(signals))
        .withColumn("is_side_hidden", subjects.is_side_hidden(shared, signals))
        .withColumns(subjects.fields(shared))
        .withColumn("second_field", subjects.other_field(shared, F.col("field")))
        .withColumn("title", subjects.title(shared))
        .withColumn("abstract", subjects.abstract(shared))
        .withColumns(subjects.people(shared))
        .withColumns(_classes(shared))
        .withColumns({"claim_count": _claim_count(own), "serial": _serial(timeline)})
        .withColumn("received", _received(timeline))
        .withColumns(_citation_counts(timeline, own))
        .withColumn("relatives", _relative_count(shared))
        .withColumns(_family(own))
        .withColumns({"is_ended": own.chance(28, "ended"), "pick": own.below(100, "pick")})
        .withColumns(legal_life.end_of_life(own))
        .withColumn("legal_events", legal_life.legal_events(own))
        .withColumns(_registry(own, shared))
        .withColumn("priorities", _priorities())
        .withColumns({name: F.lit(None) for name in _LEFT_OUT})
        .select(
            *(F.col(field.name).cast(field.dataType).alias(field.name) for field in schemas.PATENTS)
        )
    )


# --- dates --------------------------------------------------------------------------------------


def _first_days(timeline: Timeline) -> dict[str, Column]:
    """Days since 1970 on which the application was first published: drawn, and as laid down."""
    drawn = timeline.day_column(F.col("origin"))
    return {
        "origin_day": drawn,
        "first_day": F.coalesce(F.col("fixed_day").cast("long"), drawn),
    }


def _dates(own: Draws, shared: Draws) -> dict[str, Column]:
    """Publication, filing and priority; a double follows its key patent by one to three years."""
    last = F.lit((LAST_DAY - EPOCH).days)
    double_day = F.least(F.col("origin_day") + 400 + own.below(700, "grant lag"), last)
    day = F.when(F.col("depth") == DOUBLE, double_day).otherwise(F.col("first_day"))
    lag = F.when(F.col("is_grant") & ~F.col("is_paired"), 700 + shared.below(900, "lag")).otherwise(
        180 + shared.below(400, "lag")
    )
    earlier = F.when(shared.chance(20, "priority"), shared.below(YEAR, "earlier")).otherwise(0)
    filed = F.col("first_day") - lag
    return {
        "publication_date": date_of(day),
        "application_date": date_of(filed),
        "earliest_priority_date": F.when(
            own.chance(98, "priority known"), date_of(filed - earlier)
        ),
    }


# --- classes and claims -------------------------------------------------------------------------


def _symbol(draws: Draws, field: Column, salt: str) -> Column:
    groups = [f"{subclass}{group}" for subclass, four, _, _ in words.FIELDS for group in four]
    group = F.get(table(groups), (field * 4 + draws.below(4, f"{salt} group")).cast("int"))
    return F.concat(group, F.lit("/"), draws.one_of(words.SUBGROUPS, salt))


def _classes(shared: Draws) -> dict[str, Column]:
    """Draw IPC symbols: of one subclass or of several, as the breadth step needs."""
    at = F.col("depth")
    is_broad = (
        F.when(at == FAILS_BREADTH, False)
        .when(at > FAILS_BREADTH, True)
        .otherwise(shared.chance(37, "broad"))
    )
    is_missing = (at <= FAILS_BREADTH) & shared.chance(1.5, "no ipc")
    first = _symbol(shared, F.col("field"), "first symbol")
    ipc = without_nulls(
        [
            F.col("fixed_ipc"),
            first,
            F.when(shared.chance(55, "sibling"), _symbol(shared, F.col("field"), "sibling symbol")),
            F.when(is_broad, _symbol(shared, F.col("second_field"), "second symbol")),
            F.when(
                is_broad & shared.chance(30, "third"),
                _symbol(shared, F.col("second_field"), "third symbol"),
            ),
        ],
        "string",
    )
    ipc = F.when(~is_missing, ipc)
    return {
        "main_ipc": F.when(~is_missing, F.coalesce(F.col("fixed_ipc"), first)),
        "ipc": ipc,
        "cpc": F.when(shared.chance(65, "cpc"), ipc),
    }


def _claim_count(own: Draws) -> Column:
    at = F.col("depth")
    many = 10 + own.heavy_tailed(1.1, 70, "claims")
    few = own.one_of([1, 3, 4, 5, 6, 6, 7, 8, 8, 9, 9, 10, 10, 10], "claims")
    known_few = F.when(own.chance(98.5, "claims known"), few)
    any_count = F.when(own.chance(35, "many claims"), many).otherwise(known_few)
    return F.when(at > FAILS_CLAIMS, many).when(at == FAILS_CLAIMS, known_few).otherwise(any_count)


# --- citations and family -----------------------------------------------------------------------


def _received(timeline: Timeline) -> Column:
    return bulk_cited_by(timeline) + F.coalesce(F.col("tally_cited_by"), F.lit(0))


def _citation_counts(timeline: Timeline, own: Draws) -> dict[str, Column]:
    """Count citations as the citations table has them; the family's may be more.

    Whoever passes the citation step and is not cited itself has a family that is: a grant's
    citations go to its application.
    """
    at = F.col("depth")
    received = F.col("received")
    more = own.one_of([0] * 14 + [1, 1, 2, 3, 5, 8], "family citations")
    must = F.when((at > FAILS_CITATIONS) & (received == 0), 1 + own.below(6, "family cited"))
    family = F.when(at == FAILS_CITATIONS, 0).otherwise(received + F.coalesce(must, more))
    is_unknown = (at <= FAILS_CITATIONS) & (received == 0) & own.chance(4, "citations unknown")
    no_family = (at <= FAILS_CITATIONS) | (received > 0)
    made = prior_art_count(timeline) + F.coalesce(F.col("tally_cites"), F.lit(0))
    return {
        "cited_by_count": F.when(~is_unknown, received),
        "family_cited_by_count": F.when(
            ~is_unknown & ~(no_family & own.chance(3, "no family citations")), family
        ),
        "cites_count": made,
        "npl_citation_count": F.when(
            own.chance(80, "npl known"),
            F.when(F.col("signal_science"), own.one_of([0, 0, 1, 1, 2, 3, 5, 9], "npl"))
            .when(F.col("signal").isNotNull(), own.one_of([0] * 19 + [1], "npl"))
            .otherwise(own.one_of([0] * 12 + [1, 1, 1, 2, 2, 3, 5, 9], "npl")),
        ),
    }


def _relative_count(shared: Draws) -> Column:
    drawn = shared.heavy_tailed(1.3, MOST_RELATIVES, "relatives") - 1
    relatives = F.coalesce(F.col("fixed_relatives"), drawn.cast("int"))
    return F.when(F.col("is_paired"), F.greatest(relatives, F.lit(1))).otherwise(relatives)


def _family(own: Draws) -> dict[str, Column]:
    """List the simple family: the publication, the key patent's double or reverse, and others."""
    relatives = F.col("relatives")
    stem = F.regexp_extract("publication_number", r"^(CN\d+)[AB]$", 1)
    other_kind = F.when(F.col("depth") == DOUBLE, "A").otherwise("B")
    partner = F.when(F.col("is_paired"), F.concat(stem, other_kind))
    abroad = relatives - F.when(F.col("is_paired"), 1).otherwise(0)
    members = F.concat(
        without_nulls([F.col("publication_number"), partner], "string"),
        F.when(abroad > 0, _relatives(abroad)).otherwise(F.array().cast("array<string>")),
    )
    early = F.col("depth") < FAILS_EVENTS
    return {
        "simple_family": F.when(~(early & own.chance(5, "family unknown")), members),
        "simple_family_size": F.when(
            ~(early & own.chance(2, "size unknown")), (relatives + 1).cast("int")
        ),
    }


def _relatives(count: Column) -> Column:
    """Number family members abroad after the application."""
    offices = table(words.RELATIVE_OFFICES)

    def number(i: Column) -> Column:
        office = F.get(offices, (F.col("field") + i) % len(words.RELATIVE_OFFICES))
        return F.concat(office, F.col("serial"), F.lpad(i.cast("string"), 2, "0"), F.lit("A1"))

    return F.transform(F.sequence(F.lit(1), count.cast("int")), number)


def _priorities() -> Column:
    """List a first filing under the PCT, which is nobody's home, where the side is hidden."""
    first = F.struct(
        F.concat(F.lit("WO"), F.col("serial")).alias("number"),
        F.lit("WO").alias("country"),
        F.coalesce("earliest_priority_date", "application_date").alias("date"),
    )
    return F.when(F.col("is_side_hidden"), F.array(first))


# --- the rest -----------------------------------------------------------------------------------


def _serial(timeline: Timeline) -> Column:
    """Filing year and running number of the application."""
    width = max(7, len(str(timeline.rows)))
    year = F.year("application_date").cast("string")
    return F.concat(year, F.lpad(F.col("origin").cast("string"), width, "0"))


def _registry(own: Draws, shared: Draws) -> dict[str, Column]:
    """Application number, PCT flag and a few missing values."""
    type_digit = (
        F.when(F.col("patent_type") == "utility_model", "2")
        .when(F.col("patent_type") == "design", "3")
        .otherwise("1")
    )
    application = F.concat(
        F.col("authority"),
        F.substring("serial", 1, 4),
        type_digit,
        F.substring("serial", 5, 20),
        shared.below(10, "check digit").cast("string"),
    )
    is_missing = (F.col("depth") < FAILS_EVENTS) & own.chance(0.5, "no application number")
    type_unknown = (F.col("depth") == FAILS_TYPE) & own.chance(0.5, "type unknown")
    title_unknown = (F.col("depth") <= FAILS_OFFICE) & own.chance(1, "title unknown")
    return {
        "application_number": F.when(~is_missing, application),
        "is_pct": F.when(
            own.chance(99, "pct known"), (F.col("authority") == "WO") | shared.chance(14, "pct")
        ),
        "patent_type": F.when(~type_unknown, F.col("patent_type")),
        "title": F.when(~title_unknown, F.col("title")),
        "source": F.lit(SOURCE),
    }
