"""The patents table: one row for each place, every column drawn from the place and the seed.

A publication that drops out of the funnel at a step satisfies all earlier steps and fails that
one; its later attributes are free. A double shares what belongs to its application with the key
patent, so those columns are drawn from ``origin``.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.corpus import signals
from patentcore.corpus import vocabulary as words
from patentcore.corpus.citations import bulk_cited_by, prior_art_count
from patentcore.corpus.draws import Draws, table, weighted, without_nulls
from patentcore.corpus.identity import (
    DOUBLE,
    FAILS_BREADTH,
    FAILS_CITATIONS,
    FAILS_CLAIMS,
    FAILS_EVENTS,
    FAILS_OFFICE,
    FAILS_TYPE,
    with_identity,
)
from patentcore.corpus.timeline import EPOCH, LAST_DAY, Timeline

# What the key layer lays down for some key patents; see network.KeyLayer.
KEY_LAYER_SCHEMA = (
    "t bigint, fixed_ipc string, fixed_number string, fixed_day int, fixed_relatives int, "
    "subject string"
)
SOURCE = "synthetic"
MOST_RELATIVES = 24
YEAR = 365


def patents(
    places: DataFrame, key_layer: DataFrame, tally: DataFrame, timeline: Timeline
) -> DataFrame:
    """Return the patents table.

    Args:
        places: the places ``t``.
        key_layer: of ``KEY_LAYER_SCHEMA``.
        tally: citations of each place, see :func:`citations.tally`.
        timeline: size and seed.
    """
    own, shared = Draws(timeline.seed, F.col("t")), Draws(timeline.seed, F.col("origin"))
    return (
        with_identity(places, timeline)
        .join(tally, on="t", how="left")
        .join(F.broadcast(key_layer), on="t", how="left")
        .withColumn("publication_number", F.coalesce("fixed_number", "publication_number"))
        .withColumns(_first_days(timeline))
        .withColumns(_dates(own, shared))
        .withColumn("signal", _signal(shared, timeline))
        .withColumns(_planted())
        .withColumns(_fields(shared))
        .withColumn("second_field", _other_field(shared, F.col("field")))
        .withColumn("title", _title(shared))
        .withColumn("abstract", _abstract(shared))
        .withColumns(_people(shared))
        .withColumns(_classes(shared))
        .withColumns({"claim_count": _claim_count(own), "serial": _serial(timeline)})
        .withColumn("received", _received(timeline))
        .withColumns(_citation_counts(timeline, own))
        .withColumn("relatives", _relative_count(shared))
        .withColumns(_family(own))
        .withColumns({"is_ended": own.chance(28, "ended"), "pick": own.below(100, "pick")})
        .withColumns(_end_of_life(own))
        .withColumn("legal_events", _legal_events(own))
        .withColumns(_registry(own, shared))
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
        "publication_date": _date(day),
        "application_date": _date(filed),
        "earliest_priority_date": F.when(own.chance(98, "priority known"), _date(filed - earlier)),
    }


def _date(day: Column) -> Column:
    return F.date_from_unix_date(day.cast("int"))


# --- what it is about, and who made it ----------------------------------------------------------


def _signal(shared: Draws, timeline: Timeline) -> Column:
    """Return the place of the planted technology; published patents have none."""
    year = F.year(_date(F.col("origin_day")))
    return signals.number(shared, year, F.col("subject").isNull(), timeline.year_shares)


def _planted() -> dict[str, Column]:
    """Say what is planted: words, and whether domestic, joint, scientific; null in most rows."""
    every = signals.SIGNALS
    return {
        "signal_chinese": signals.of([one.chinese for one in every]),
        "signal_english": signals.of([one.english for one in every]),
        "signal_domestic": signals.of([int(one.is_domestic) for one in every]) == 1,
        "signal_joint": signals.of([int(one.is_joint) for one in every]) == 1,
        "signal_science": signals.of([int(one.is_scientific) for one in every]) == 1,
    }


def _fields(shared: Draws) -> dict[str, Column]:
    """Draw the technical field, the enterprise, its partner and the team's leader."""
    fields = len(words.FIELDS)
    return {
        "field": shared.skewed(fields, "field").cast("int"),
        "is_chinese": F.col("authority").isin("CN", "TW", "HK"),
        "owner": shared.skewed(len(words.ENTERPRISES), "enterprise").cast("int"),
        "partner": shared.skewed(len(words.PARTNERS), "partner").cast("int"),
        "leader": shared.skewed(900, "leader").cast("int"),
    }


def _other_field(shared: Draws, field: Column) -> Column:
    step = 1 + shared.below(len(words.FIELDS) - 1, "second field").cast("int")
    return (field + step) % len(words.FIELDS)


def _title(shared: Draws) -> Column:
    subject = F.coalesce(
        F.col("subject"),
        F.col("signal_chinese"),
        F.get(table([field[2] for field in words.FIELDS]), F.col("field")),
    )
    english_subject = F.coalesce(
        F.col("signal_english"), F.get(table([field[3] for field in words.FIELDS]), F.col("field"))
    )
    chinese = F.concat(
        F.lit("一种"),
        shared.one_of(words.QUALITIES, "quality"),
        subject,
        shared.one_of(words.PRODUCTS, "product"),
        shared.one_of(words.TAILS, "tail"),
    )
    english = F.concat(
        F.initcap(english_subject), F.lit(" "), shared.one_of(words.ENGLISH_PRODUCTS, "product")
    )
    return F.when(F.col("is_chinese"), chinese).otherwise(english)


def _abstract(shared: Draws) -> Column:
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


def _people(shared: Draws) -> dict[str, Column]:
    owner = F.col("owner")
    name = F.when(
        F.col("is_chinese"), F.get(table([chinese for chinese, _ in words.ENTERPRISES]), owner)
    ).otherwise(F.get(table([english for _, english in words.ENTERPRISES]), owner))
    # What is planted decides the side and the partners of its rows.
    is_planted = F.col("signal").isNotNull()
    domestic = F.when(F.col("signal_domestic"), 95).otherwise(5)
    is_foreign = is_planted & (shared.below(100, "signal side") >= domestic)
    abroad = shared.below(len(signals.FOREIGN), "foreign owner").cast("int")
    own = _applicant(name, F.lit("CN"), F.lit("enterprise"))
    other = _applicant(
        F.get(table([name for name, _ in signals.FOREIGN]), abroad),
        F.get(table([country for _, country in signals.FOREIGN]), abroad),
        F.lit("enterprise"),
    )
    first = F.when(is_foreign, other).otherwise(own)
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


# --- legal life ---------------------------------------------------------------------------------


def _end_of_life(own: Draws) -> dict[str, Column]:
    """Draw the legal status, and for ended rights the date of expiry or lapse."""
    is_ended = F.col("is_ended")
    status = F.when(is_ended, own.one_of(weighted(words.STATUSES_ENDED), "end")).otherwise(
        own.one_of(weighted(words.STATUSES_ALIVE), "state")
    )
    years = F.when(F.col("patent_type") == "invention", 20).otherwise(10)
    term = F.add_months(F.col("application_date"), years * 12)
    stopped = F.date_add(F.col("publication_date"), (200 + own.below(2500, "stopped")).cast("int"))
    last = F.lit(LAST_DAY.isoformat()).cast("date")
    ended = F.least(term, stopped, last)
    return {
        "legal_status": F.when(own.chance(97, "status known"), status),
        "expiry_date": F.when(is_ended, F.greatest(ended, F.col("publication_date"))),
    }


def _legal_events(own: Draws) -> Column:
    """Draw legal events with dates; null where there is none on record."""
    at = F.col("depth")
    passes = at > FAILS_EVENTS
    fails = at == FAILS_EVENTS
    pick = F.col("pick")
    free = ~fails & ~passes
    is_assigned = (passes & (pick < 84)) | (free & own.chance(9, "assigned"))
    is_litigated = (passes & (pick >= 84) & (pick < 92)) | (free & own.chance(0.7, "litigated"))
    is_opposed = (passes & (pick >= 92)) | (free & own.chance(0.4, "opposed"))
    paid = own.chance(60, "fee")
    events = [
        ("fee_payment", paid, 300),
        ("assignment", is_assigned, 2200),
        ("litigation", is_litigated, 2600),
        ("opposition", is_opposed, 270),
        ("licence", own.chance(4, "licence"), 1500),
        ("pledge", own.chance(3, "pledge"), 1800),
        ("invalidation", own.chance(0.5, "invalidation"), 2400),
        ("other", own.chance(6, "other event") | (~paid & own.chance(90, "unpaid event")), 700),
    ]
    drawn = [
        F.when(happens, _event(F.lit(kind), _event_date(own, kind, within)))
        for kind, happens, within in events
    ]
    end_kind = F.when(F.col("legal_status") == "期限届满", "expiry").otherwise("lapse")
    drawn.append(F.when(F.col("is_ended"), _event(end_kind, F.col("expiry_date"))))
    is_unknown = ~passes & own.chance(4, "events unknown")
    event = schemas.LEGAL_EVENT.simpleString()
    return F.when(~is_unknown, without_nulls(drawn, event))


def _event(kind: Column, date: Column) -> Column:
    return F.struct(kind.alias("kind"), date.alias("date"))


def _event_date(own: Draws, kind: str, within: int) -> Column:
    days = own.below(within, f"{kind} after").cast("int")
    last = F.lit(LAST_DAY.isoformat()).cast("date")
    date = F.least(F.date_add(F.col("publication_date"), days), last)
    return F.when(own.chance(97, f"{kind} dated"), date)


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
