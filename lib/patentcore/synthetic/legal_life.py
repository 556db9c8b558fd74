"""What becomes of a synthetic patent: its legal status, how it ends, events on the way."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.synthetic import vocabulary as words
from patentcore.synthetic.draws import Draws, weighted, without_nulls
from patentcore.synthetic.identity import FAILS_EVENTS
from patentcore.synthetic.timeline import LAST_DAY


def end_of_life(own: Draws) -> dict[str, Column]:
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


def legal_events(own: Draws) -> Column:
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
        _event(happens, F.lit(kind), _event_date(own, kind, within))
        for kind, happens, within in events
    ]
    end_kind = F.when(F.col("legal_status") == "期限届满", "expiry").otherwise("lapse")
    drawn.append(_event(F.col("is_ended"), end_kind, F.col("expiry_date")))
    is_unknown = ~passes & own.chance(4, "events unknown")
    event = schemas.LEGAL_EVENT.simpleString()
    return F.when(~is_unknown, without_nulls(drawn, event))


def _event(happens: Column, kind: Column, date: Column) -> Column:
    # Conditional inside as well: engines take structs for alike whose fields may be null alike.
    return F.when(happens, F.struct(F.when(happens, kind).alias("kind"), date.alias("date")))


def _event_date(own: Draws, kind: str, within: int) -> Column:
    days = own.below(within, f"{kind} after").cast("int")
    last = F.lit(LAST_DAY.isoformat()).cast("date")
    date = F.least(F.date_add(F.col("publication_date"), days), last)
    return F.when(own.chance(97, f"{kind} dated"), date)
