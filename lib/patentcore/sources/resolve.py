"""Which record the end of a citation means, where no record has its very number.

Exports cite with a coarser kind than their records have (``USD668832S``), with none
(``US7654321``), or in another spelling (:mod:`patentcore.words.documents`). Such an end goes to
the record of the same office and number where only one can be meant:

1. records of another right or kind are none (``KR20170001234U`` for an ``A``; ``EP1234567B1`` is
   another publication than the A1, also where the corpus has only this);
2. where records have the end's own letter, only these are meant;
3. of several records one application must be the only one: then the earliest publication is meant,
   then the least number. Else the end is ambiguous and stays as it is.

Everything is joined and grouped by narrow columns of text. Many citations are taken in blocks of
equal numbers, one after the other, so that memory does not grow with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.sources.record.blocks import Blocks
from patentcore.sources.record.ingested import Cut
from patentcore.sources.record.pairs import AT_ONCE, distinct_of_blocks
from patentcore.words import documents

EXACT, RESOLVED, AMBIGUOUS, OUTSIDE = VERDICTS = ("exact", "resolved", "ambiguous", "outside")
SELF = "citation of itself once its ends are resolved"
_LATEST = "9999-12-31"
_DATE_LENGTH = len(_LATEST)


@dataclass(frozen=True)
class Ends:
    """What became of the ends of citations, two a citation.

    Attributes:
        exact: a record has this number.
        resolved: one record is meant, or one application's earliest.
        ambiguous: several may be meant.
        outside: no record has this office and number.
        merged: citations that became the same as another.
        to_itself: citations of a record by itself that came of resolving, which are rejects.
    """

    exact: int
    resolved: int
    ambiguous: int
    outside: int
    merged: int
    to_itself: int

    def __str__(self) -> str:
        """Write it for the user."""
        ends = self.exact + self.resolved + self.ambiguous + self.outside
        return (
            f"ends of citations: {ends:,}, of which {self.exact:,} are a record's number, "
            f"{self.resolved:,} were resolved to a record of the same number, "
            f"{self.ambiguous:,} may mean several records, {self.outside:,} are outside the corpus"
        )

    def as_dict(self) -> dict[str, int]:
        """Return it for the manifest."""
        return asdict(self)


@dataclass(frozen=True)
class Resolved:
    """Citations with their ends resolved.

    Attributes:
        citations: distinct pairs.
        rejects: citations that became ones of a record by itself; ``None`` where none did.
        ends: what became of the ends.
    """

    citations: DataFrame
    rejects: DataFrame | None
    ends: Ends


@dataclass(frozen=True)
class Verdicts:
    """What was found of the ends that are no record's number.

    Attributes:
        rows: number, uses, verdict, record of the numbers that may mean a record; ``None`` where
            none does.
        unknown_uses: uses of all that are no record's number.
        uses: of them, those of each verdict that ``rows`` has.
        resolved: numbers that were resolved.
    """

    rows: DataFrame | None
    unknown_uses: int
    uses: Mapping[str, int]
    resolved: int


def resolve(
    citations: DataFrame, patents: DataFrame, cut: Cut, *, block: int = AT_ONCE
) -> Resolved:
    """Resolve the ends of citations to the records that they mean.

    Args:
        citations: citing, cited, category, origin; distinct pairs.
        patents: the canonical table.
        cut: called on the ends that no record has and on the verdicts, one row a number, on the
            citations before they are distinct, and under the name ``resolved`` on what is returned.
        block: so many citations are taken at once.
    """
    count = citations.count()
    blocks = Blocks(max(1, -(-count // block)), cut)
    unknown = _unknown(citations, patents, blocks)
    verdicts = _verdicts(unknown, patents, blocks)
    counted = (
        unknown.select(F.lit(OUTSIDE).alias("verdict"), "uses")
        .unionByName(verdicts.select("verdict", "uses"))
        .groupBy("verdict")
        .agg(F.sum("uses").alias("uses"), F.count(F.lit(1)).alias("numbers"))
    )
    found = {row["verdict"]: row for row in counted.collect()}
    uses = {name: int(row["uses"]) for name, row in found.items()}
    unknown_uses = uses.pop(OUTSIDE, 0)
    resolved = found[RESOLVED]["numbers"] if RESOLVED in found else 0
    told = Verdicts(verdicts, unknown_uses, uses, resolved)
    return follow(citations, count, told, blocks, block)


def follow(
    citations: DataFrame, count: int, verdicts: Verdicts, blocks: Blocks, block: int = AT_ONCE
) -> Resolved:
    """Let citations go to the records that verdicts name.

    Args:
        citations: citing, cited, category, origin; distinct pairs.
        count: of the citations.
        verdicts: on their ends.
        blocks: that the citations are taken in.
        block: so many citations, or twice as many numbers, are taken at once.
    """
    told = {verdict: verdicts.uses.get(verdict, 0) for verdict in (RESOLVED, AMBIGUOUS)}
    uses = {
        EXACT: 2 * count - verdicts.unknown_uses,
        **told,
        OUTSIDE: verdicts.unknown_uses - sum(told.values()),
    }
    if not uses[RESOLVED]:
        return Resolved(citations, None, Ends(**uses, merged=0, to_itself=0))
    assert verdicts.rows is not None
    cut = blocks.cut
    passes = -(-verdicts.resolved // (2 * block))
    moved = _moved(citations, verdicts.rows, passes, cut)
    moved = cut(blocks.placed(moved, F.concat("citing", "cited")), "moved")
    loops = moved.where(F.col("citing_given").isNotNull())
    others = moved.where(F.col("citing_given").isNull())
    distinct = cut(distinct_of_blocks(others, blocks), RESOLVED)
    to_itself, after = loops.count(), distinct.count()
    ends = Ends(**uses, merged=count - to_itself - after, to_itself=to_itself)
    return Resolved(distinct, _rejects(loops) if to_itself else None, ends)


def _unknown(citations: DataFrame, patents: DataFrame, blocks: Blocks) -> DataFrame:
    """Return the ends that are no record's number, each once with its uses and its key.

    They are written with their keys: the embedded engine would make these of every row anew for
    each of the bounds that it takes from the other side of a join.
    """
    ends = reduce(
        DataFrame.unionByName,
        (citations.select(F.col(end).alias("number")) for end in ("citing", "cited")),
    )
    ends = blocks.parted(ends, F.col("number"), "all_ends")
    records = patents.select(F.col("publication_number").alias("record"))
    records = blocks.parted(records, F.col("record"), "numbers")

    def unknown(at: int) -> DataFrame:
        uses = blocks.of(ends, at).groupBy("number").agg(F.count(F.lit(1)).alias("uses"))
        is_its = F.col("number") == F.col("record")
        return _keyed(uses.join(blocks.of(records, at), on=is_its, how="left_anti"), "number")

    return blocks.all("unknown", unknown)


def _verdicts(unknown: DataFrame, patents: DataFrame, blocks: Blocks) -> DataFrame:
    """Say of the ends that may mean a record which one it is; the others are outside."""
    key = F.col("key")
    wanted = blocks.parted(unknown, key, "keyed_ends")
    known = blocks.parted(_keyed(_told_by(patents), "record"), key, "keyed_records")

    def told(at: int) -> DataFrame:
        verdicts = judged(blocks.of(wanted, at), blocks.of(known, at), "inner")
        return verdicts.where(F.col("verdict") != OUTSIDE)

    return blocks.all("ends", told)


def _told_by(patents: DataFrame) -> DataFrame:
    """Return what tells which record a number means."""
    record = F.col("publication_number")
    columns = ("application_number", "publication_date")
    return patents.where(record.isNotNull()).select(record.alias("record"), *columns)


def _keyed(frame: DataFrame, number: str) -> DataFrame:
    return frame.withColumn("key", documents.document_key(F.col(number)))


def meant(uses: DataFrame, patents: DataFrame) -> DataFrame:
    """Say of each number which record it means.

    Args:
        uses: number, uses.
        patents: publication_number, application_number, publication_date.

    Returns:
        number, uses, verdict (exact, resolved, ambiguous, outside), record (of what is resolved).

    >>> import datetime as dt
    >>> patents = spark.createDataFrame(
    ...     [
    ...         ("USD668832S1", None, None),
    ...         ("CN105000001A", "CN201410123456A", dt.date(2015, 10, 28)),
    ...         ("CN105000001B", "CN2014101234567", dt.date(2018, 1, 2)),
    ...         ("EP1234567A1", None, None),
    ...         ("EP1234567B1", None, None),
    ...     ],
    ...     "publication_number string, application_number string, publication_date date",
    ... )
    >>> numbers = ["CN105000001", "EP1234567", "EP1234567A2", "US1A", "USD668832S", "USD668832S1"]
    >>> uses = spark.createDataFrame([(number, 1) for number in numbers], "number string, uses int")
    >>> meant(uses, patents).orderBy("number").show()
    +-----------+----+---------+------------+
    |     number|uses|  verdict|      record|
    +-----------+----+---------+------------+
    |CN105000001|   1| resolved|CN105000001A|
    |  EP1234567|   1|ambiguous|        NULL|
    |EP1234567A2|   1|  outside|        NULL|
    |       US1A|   1|  outside|        NULL|
    | USD668832S|   1| resolved| USD668832S1|
    |USD668832S1|   1|    exact|        NULL|
    +-----------+----+---------+------------+
    <BLANKLINE>
    """
    numbers = patents.select(F.col("publication_number").alias("record"))
    known = uses.join(numbers, on=F.col("number") == F.col("record"), how="left")
    exact = known.where(F.col("record").isNotNull()).select(
        "number", "uses", F.lit(EXACT).alias("verdict"), F.lit(None).cast("string").alias("record")
    )
    others = known.where(F.col("record").isNull()).drop("record")
    wanted, found = _keyed(others, "number"), _keyed(_told_by(patents), "record")
    return exact.unionByName(judged(wanted, found, "left"))


def judged(wanted: DataFrame, records: DataFrame, how: str) -> DataFrame:
    """Say which record numbers mean that no record has; both by their keys.

    Args:
        wanted: number, uses, key.
        records: record, application_number, publication_date, key.
        how: ``inner`` leaves out numbers whose key no record has; ``left`` judges all.
    """
    # As text, for not every engine compares structs.
    date = F.coalesce(F.col("publication_date").cast("string"), F.lit(_LATEST))
    joined = wanted.join(records, on="key", how=how).withColumns(
        {
            "wanted_kind": documents.kind_of(F.col("number")),
            "found_kind": documents.kind_of(F.col("record")),
            "application": documents.application_key(F.col("application_number")),
            "dated": F.concat(date, "record"),
        }
    )
    pairs = (
        joined.withColumns({**_described("number", "wanted"), **_described("record", "found")})
        .withColumn("is_any", _may_be_meant())
        .withColumn("is_same", F.col("is_any") & _has_its_letter())
    )
    grouped = pairs.groupBy("number").agg(F.min("uses").alias("uses"), *_counted())
    scope = F.when(F.col("same_records") > 0, "same").otherwise("any")
    for name in ("records", "applications", "least", "most", "first"):
        chosen = F.when(scope == "same", F.col(f"same_{name}")).otherwise(F.col(f"any_{name}"))
        grouped = grouped.withColumn(name, chosen)
    is_one_application = (F.col("applications") == F.col("records")) & (
        F.col("least") == F.col("most")
    )
    is_told = (F.col("records") == 1) | ((F.col("records") > 1) & is_one_application)
    verdict = (
        F.when(F.col("records") == 0, OUTSIDE).when(is_told, RESOLVED).otherwise(F.lit(AMBIGUOUS))
    )
    record = F.substring("first", _DATE_LENGTH + 1, 200)
    return grouped.select("number", "uses", verdict.alias("verdict"), record.alias("found")).select(
        "number",
        "uses",
        "verdict",
        F.when(F.col("verdict") == RESOLVED, F.col("found")).alias("record"),
    )


def _described(number: str, name: str) -> dict[str, Column]:
    kind = F.col(f"{name}_kind")
    return {
        f"{name}_right": documents.right_of(F.col(number), kind),
        f"{name}_letter": F.substring(kind, 1, 1),
    }


def _may_be_meant() -> Column:
    """Tell whether a record with the number is of the right and kind asked for, or less is said."""
    wanted, found = F.col("wanted_right"), F.col("found_right")
    kind, kind_found = F.col("wanted_kind"), F.col("found_kind")
    is_right = (wanted == "") | (found == "") | (wanted == found)
    return (
        F.col("record").isNotNull()
        & is_right
        & (kind.startswith(kind_found) | kind_found.startswith(kind))
    )


def _has_its_letter() -> Column:
    return (F.col("wanted_letter") != "") & (F.col("wanted_letter") == F.col("found_letter"))


def _counted() -> list[Column]:
    """Count the records that may be meant, all and those of the same letter."""
    counted = []
    for scope in ("any", "same"):
        holds = F.coalesce(F.col(f"is_{scope}"), F.lit(False))
        application = F.when(holds, F.col("application"))
        counted += [
            F.sum(holds.cast("long")).alias(f"{scope}_records"),
            F.count(application).alias(f"{scope}_applications"),
            F.min(application).alias(f"{scope}_least"),
            F.max(application).alias(f"{scope}_most"),
            F.min(F.when(holds, F.col("dated"))).alias(f"{scope}_first"),
        ]
    return counted


def _moved(citations: DataFrame, verdicts: DataFrame, passes: int, cut: Cut) -> DataFrame:
    """Put the records that are meant in the place of the ends.

    The ends as given stay beside those that became citations of a record by itself, and tell them;
    an export's own ones are kept. A pass holds the records of a part of the numbers.
    """
    resolved = verdicts.where(F.col("verdict") == RESOLVED)
    none = F.lit(None).cast("string")
    told = citations.withColumns({"citing_record": none, "cited_record": none})
    for at in range(passes):
        part = resolved if passes == 1 else resolved.where(F.crc32("number") % passes == at)
        for end in ("citing", "cited"):
            records = part.select(F.col("number").alias(end), F.col("record").alias("found"))
            told = told.join(records, on=end, how="left")
            record = F.coalesce(f"{end}_record", "found")
            told = told.withColumn(f"{end}_record", record).drop("found")
        told = told if at == passes - 1 else cut(told, f"told_{at}")
    citing, cited = (F.coalesce(f"{end}_record", end) for end in ("citing", "cited"))
    is_loop = (citing == cited) & (F.col("citing") != F.col("cited"))
    return told.select(
        citing.alias("citing"),
        cited.alias("cited"),
        "category",
        "origin",
        F.when(is_loop, F.col("citing")).alias("citing_given"),
        F.when(is_loop, F.col("cited")).alias("cited_given"),
    )


def _rejects(loops: DataFrame) -> DataFrame:
    return loops.select(
        F.lit("citations").alias("source"),
        F.col("citing_given").alias("record"),
        F.lit("cited").alias("field"),
        F.col("cited_given").alias("value"),
        F.lit(SELF).alias("reason"),
    )
