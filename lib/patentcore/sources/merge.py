"""Several sources as one corpus: by publication number, field by field, in a stated order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.errors import ConfigError
from patentcore.sources.record.canonical import Reason
from patentcore.sources.record.ingested import Cut, Ingested
from patentcore.sources.record.pairs import distinct_pairs
from patentcore.sources.resolve import meant, resolve
from patentcore.words.documents import one_spelling
from patentcore.words.lists import without_nulls

KEY = "publication_number"
_DOCUMENT = "_document"
FIELDS = tuple(name for name in schemas.PATENTS.names if name not in (KEY, "source"))

# Where a source says more than others whatever the order they are given in.
PREFERENCES: dict[str, tuple[str, ...]] = {
    "legal_events": ("ops", "patsnap", "incopat"),
    "expiry_date": ("patsnap", "incopat", "lens-jsonl"),
    "applicants": ("patsnap", "incopat"),
    "claim_count": ("uspto", "patentsview"),
}

# What tells which record a number means.
_RECORD = (KEY, "application_number", "publication_date")
# What a publication may hold that a supplement names without describing it.
_BARE = {KEY, "source", "authority", "cited_by_count", "cites_count"}


@dataclass(frozen=True)
class Source:
    """One source's tables.

    Attributes:
        name: of the source.
        tables: what came of it.
        is_supplement: it adds to the publications of the others, and none of its own.
        patents_of: makes its publications of its citations, where it has no others.
        selects: of the publications of the others, only those that it names are kept.
    """

    name: str
    tables: Ingested
    is_supplement: bool
    patents_of: Callable[[DataFrame], DataFrame] | None = None
    selects: bool = False


@dataclass(frozen=True)
class Merged:
    """Several sources' tables as one.

    Attributes:
        patents: one row a publication, keys unique.
        citations: distinct pairs.
        rejects: those of all sources, and what a supplement alone describes.
        patents_with_origin: the patents with ``origins``, an array of the name of the source that
            gave each of :data:`FIELDS`, null where none did.
    """

    patents: DataFrame
    citations: DataFrame
    rejects: DataFrame
    patents_with_origin: DataFrame


def precedence(
    names: Sequence[str], preferred: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """Return for each field the order in which the sources are asked for it.

    Args:
        names: the sources in the order of the inputs.
        preferred: by field, sources to be asked before the others; wins over
            :data:`PREFERENCES`.

    Raises:
        ConfigError: a field or a source is not known.

    >>> precedence(["lens", "ops"])["legal_events"], precedence(["lens", "ops"])["title"]
    (['ops', 'lens'], ['lens', 'ops'])
    """
    preferred = preferred or {}
    for name, sources in preferred.items():
        if name not in FIELDS:
            raise ConfigError(
                f"no field {name} to prefer a source for; there are {', '.join(FIELDS)}"
            )
        unknown = [source for source in sources if source not in names]
        if unknown:
            raise ConfigError(
                f"no source {unknown[0]} among the inputs; there are {', '.join(names)}"
            )
    return {
        field: _order(names, preferred.get(field) or PREFERENCES.get(field, ())) for field in FIELDS
    }


def _order(names: Sequence[str], first: Sequence[str]) -> list[str]:
    return [name for name in first if name in names] + [n for n in names if n not in first]


def merge(
    sources: Sequence[Source], cut: Cut, preferred: Mapping[str, Sequence[str]] | None = None
) -> Merged:
    """Put sources together: each field from the first source in its order that has a value.

    Publications meet by their number in one spelling, and keep that of the first source. Citations
    are the distinct pairs of all sources. Publications that a supplement alone describes go to the
    rejects.
    """
    main = [source for source in sources if not source.is_supplement] or list(sources)
    supplements = [source for source in sources if source not in main]
    order = precedence([source.name for source in sources], preferred)
    joined = reduce(
        lambda left, right: left.join(right, on=_DOCUMENT, how="full"), map(_packed, main)
    )
    records = joined.select(
        *(F.coalesce(*(_of(one.name, name) for one in main)).alias(name) for name in _RECORD)
    )
    supplements = [_keyed_anew(source, records, cut) for source in supplements]
    for source in supplements:
        joined = joined.join(_packed(source), on=_DOCUMENT, how="left")
    seeds = [source for source in supplements if source.selects] if main != sources else []
    if seeds:
        chosen = (_of(seed.name, KEY).isNotNull() for seed in seeds)
        joined = joined.where(reduce(lambda a, b: a | b, chosen))
    named = F.concat_ws("+", *(_held(source) for source in sources))
    origins = F.array(*(_origin(field, order[field]) for field in FIELDS))
    merged = cut(
        joined.select(
            F.coalesce(*(_of(source.name, KEY) for source in (*main, *supplements))).alias(KEY),
            *(
                F.coalesce(*(value for _, value in _values(field, order[field]))).alias(field)
                for field in FIELDS
            ),
            named.alias("source"),
            origins.alias("origins"),
        ),
        "merged",
    )
    rejects = [source.tables.rejects for source in sources]
    rejects += [_unmatched(source, merged) for source in supplements if not source.selects]
    rejects += [_not_found(seed, merged) for seed in seeds]
    return Merged(
        merged.select(*schemas.PATENTS.names),
        distinct_pairs(reduce(DataFrame.unionByName, (one.tables.citations for one in sources))),
        reduce(DataFrame.unionByName, rejects),
        merged,
    )


def _packed(source: Source) -> DataFrame:
    """Return a source's columns as one, by its publications in one spelling, each once.

    Where a source has several spellings of one, the office's own or else the least number has it.
    """
    spelling = one_spelling(F.col(KEY))
    order = Window.partitionBy("_spelling").orderBy(F.col(KEY) != F.col("_spelling"), KEY)
    ranked = source.tables.patents.withColumn("_spelling", spelling).withColumn(
        "_place", F.row_number().over(order)
    )
    document = F.when(F.col("_place") == 1, F.col("_spelling")).otherwise(F.col(KEY))
    columns = F.struct(*schemas.PATENTS.names).alias(source.name)
    return ranked.select(document.alias(_DOCUMENT), columns)


def _keyed_anew(source: Source, records: DataFrame, cut: Cut) -> Source:
    """Return a supplement whose publications are the records that their numbers mean.

    One that is given by its record's very number, too, is not taken for it, nor is more than one.
    """
    if source.patents_of is not None:
        return _counted_anew(source, records, cut)
    patents = source.tables.patents
    numbers = patents.select(F.col(KEY).alias("number"), F.lit(1).alias("uses"))
    told = cut(meant(numbers, records), f"{source.name}_meant").where(F.col("record").isNotNull())
    free = told.join(patents.select(F.col(KEY).alias("record")), on="record", how="left_anti")
    least = free.groupBy("record").agg(F.min("number").alias(KEY))
    keyed = patents.join(least, on=KEY, how="left").withColumn(KEY, F.coalesce("record", KEY))
    named = keyed.select(*patents.columns)
    return replace(source, tables=replace(source.tables, patents=named))


def _counted_anew(source: Source, records: DataFrame, cut: Cut) -> Source:
    """Return a source whose publications are the ends of its citations, these resolved."""
    assert source.patents_of is not None
    resolved = resolve(
        source.tables.citations, records, lambda frame, name: cut(frame, f"{source.name}_{name}")
    )
    patents = source.patents_of(resolved.citations)
    return replace(source, tables=replace(source.tables, patents=patents))


def _of(name: str, field: str) -> Column:
    return F.col(f"`{name}`")[field]


def _held(source: Source) -> Column:
    return F.when(_of(source.name, KEY).isNotNull(), _of(source.name, "source"))


def _origin(field: str, order: Sequence[str]) -> Column:
    values = _values(field, order)
    return F.coalesce(*(F.when(value.isNotNull(), F.lit(name)) for name, value in values))


def _values(field: str, order: Sequence[str]) -> list[tuple[str, Column]]:
    """Return the sources of a field with its values in them, in the order that they are asked.

    Priorities with numbers come before those of which offices alone are known.
    """
    values = [(name, _of(name, field)) for name in order]
    if field != "priorities":
        return values
    numbers = (
        (name, value, F.transform(value, lambda one: one["number"])) for name, value in values
    )
    return [
        *((name, F.when(F.size(without_nulls(them)) > 0, value)) for name, value, them in numbers),
        *values,
    ]


def _not_found(seed: Source, merged: DataFrame) -> DataFrame:
    """Return reject rows of the numbers of a list that no other source has."""
    known = merged.select(one_spelling(F.col(KEY)).alias(_DOCUMENT))
    numbers = seed.tables.patents.withColumn(_DOCUMENT, one_spelling(F.col(KEY)))
    return _as_rejects(numbers.join(known, on=_DOCUMENT, how="left_anti"), seed.name)


def _unmatched(source: Source, merged: DataFrame) -> DataFrame:
    described = [
        F.col(name).isNotNull()
        for name in schemas.PATENTS.names
        if name not in (*_BARE, "kind_code", "patent_type", "is_pct")
    ]
    known = merged.select(one_spelling(F.col(KEY)).alias(_DOCUMENT))
    alone = (
        source.tables.patents.where(reduce(lambda a, b: a | b, described))
        .withColumn(_DOCUMENT, one_spelling(F.col(KEY)))
        .join(known, on=_DOCUMENT, how="left_anti")
    )
    return _as_rejects(alone, source.name)


def _as_rejects(alone: DataFrame, name: str) -> DataFrame:
    return alone.select(
        F.lit(name).alias("source"),
        F.lit(None).cast("string").alias("record"),
        F.lit(KEY).alias("field"),
        F.col(KEY).alias("value"),
        F.lit(Reason.UNMATCHED.value).alias("reason"),
    )
