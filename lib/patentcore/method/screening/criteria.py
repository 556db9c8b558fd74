"""The steps of the screening funnel (Zheng & Liu, Table 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.method.screening.indexes import cited_frequency, has_event
from patentcore.words.symbols import distinct_count

DEDUPLICATE = "deduplicate"
# What publications of one invention share, in words.
_SHARED = {"application_number": "application number", "simple_family": "simple family"}


@dataclass(frozen=True)
class Step:
    """One step of the funnel.

    Attributes:
        name: the step's name in the configuration.
        criterion: what it asks for, in words.
        threshold: the configured value, in words.
        passes: true or false, and null where none of the columns needed has a value; ``None`` for
            the step that compares publications with each other.
        needs: the columns it reads.
        shared: of the comparing step, what publications share of which one is kept; null where
            that is unknown.
    """

    name: str
    criterion: str
    threshold: str
    passes: Column | None
    needs: tuple[str, ...]
    shared: Column | None = None

    def is_unknown(self) -> Column:
        """Tell whether the values needed are missing, without judging them again."""
        return reduce(and_, (F.col(name).isNull() for name in self.needs))


def receiving_office(authorities: Sequence[str]) -> Step:
    """Step 1: published by one of the authorities."""
    return Step(
        "receiving_office",
        "Patent-accepting country",
        " ".join(authorities),
        F.col("authority").isin(*authorities),
        ("authority",),
    )


def patent_type(patent_types: Sequence[str]) -> Step:
    """Step 2: of one of the types."""
    return Step(
        "patent_type",
        "Patent type",
        " ".join(patent_types),
        F.col("patent_type").isin(*patent_types),
        ("patent_type",),
    )


def claims(minimum_exclusive: int) -> Step:
    """Step 3: more claims than the threshold."""
    return Step(
        "claims",
        "Quantity of claim",
        f">{minimum_exclusive}",
        F.col("claim_count") > minimum_exclusive,
        ("claim_count",),
    )


def citations(minimum_exclusive: int, *, of: str) -> Step:
    """Step 4: cited more often than the threshold.

    Args:
        minimum_exclusive: the threshold.
        of: ``family`` takes the simple family's forward citations where known, else the record's;
            ``record`` takes the record's alone.
    """
    return Step(
        "citations",
        "Citation frequency",
        f">{minimum_exclusive}",
        cited_frequency(of) > minimum_exclusive,
        ("family_cited_by_count", "cited_by_count") if of == "family" else ("cited_by_count",),
    )


def breadth(minimum_exclusive: int, *, level: str) -> Step:
    """Step 5: more distinct IPC codes at the level than the threshold."""
    return Step(
        "breadth",
        "Breadth of patented technology",
        f">{minimum_exclusive}",
        distinct_count(F.col("ipc"), level) > minimum_exclusive,
        ("ipc",),
    )


def legal_events(kinds: Sequence[str]) -> Step:
    """Step 6: a legal event of one of the kinds."""
    return Step(
        "legal_events",
        "Legal status of patent",
        ", ".join(kinds),
        has_event(*kinds),
        ("legal_events",),
    )


def deduplicate(by: str = "application_number") -> Step:
    """Step 7: one publication for each application number, or for each simple family."""
    return Step(
        DEDUPLICATE,
        "Duplicate removal",
        f"one publication per {_SHARED[by]}",
        None,
        (by,),
        shared=shared_value(by),
    )


def shared_value(by: str) -> Column:
    """Return what publications of one invention share; null where it is unknown.

    Args:
        by: ``application_number``, or ``simple_family``: the smallest number of its members, the
            publication itself among them.

    >>> df = spark.createDataFrame(
    ...     [("CN2A", ["US1A", "CN2A"]), ("US1A", ["CN2A", None]), ("CN3A", []), ("CN4A", None)],
    ...     "publication_number string, simple_family array<string>",
    ... )
    >>> df.withColumn("family", shared_value("simple_family")).show()
    +------------------+-------------+------+
    |publication_number|simple_family|family|
    +------------------+-------------+------+
    |              CN2A| [US1A, CN2A]|  CN2A|
    |              US1A| [CN2A, NULL]|  CN2A|
    |              CN3A|           []|  CN3A|
    |              CN4A|         NULL|  NULL|
    +------------------+-------------+------+
    <BLANKLINE>
    """
    if by == "application_number":
        return F.col(by)
    members = F.concat(by, F.array("publication_number"))
    return F.when(F.col(by).isNotNull(), F.array_min(members))
