"""Undirected networks of what occurs together: two members of one group make a pair.

A group is a patent and its members its codes (co-classification), or a citing publication and what
it cites (co-citation: H. Small, 1973), or a cited publication and what cites it (bibliographic
coupling: M. M. Kessler, 1963). The pairs go through ``networks.merge_edges`` like citations do;
an edge's weight is the number of groups that its ends share.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.words.symbols import at_level

# What a group and its members are in a table of citations.
CITATION_ENDS = {
    "co_citation": ("citing", "cited"),
    "bibliographic_coupling": ("cited", "citing"),
}


def code_members(patents: DataFrame, *, system: str, level: str) -> DataFrame:
    """Return every patent's codes.

    Args:
        patents: publication_number, main_ipc, ipc, cpc.
        system: ``ipc`` or ``cpc``.
        level: section, class, subclass, group or subgroup.

    Returns:
        group (publication number), member (code); a row may occur twice. Null codes are left out.

    >>> df = spark.createDataFrame(
    ...     [("A", "G06F3/041", ["H04W4/02", None], None), ("B", None, None, ["G06N3/08"])],
    ...     "publication_number string, main_ipc string, ipc array<string>, cpc array<string>",
    ... )
    >>> df.transform(code_members, system="ipc", level="subclass").orderBy("member").show()
    +-----+------+
    |group|member|
    +-----+------+
    |    A|  G06F|
    |    A|  H04W|
    +-----+------+
    <BLANKLINE>
    """
    return (
        patents.select(
            F.col("publication_number").alias("group"), F.explode(_codes(system)).alias("symbol")
        )
        .select("group", at_level(F.col("symbol"), level).alias("member"))
        .where(F.col("member") != "")
    )


def _codes(system: str) -> Column:
    """All codes of a record, its main IPC symbol among them, which exports may list apart."""
    if system == "cpc":
        return F.col("cpc")
    none = F.array().cast("array<string>")
    return F.concat(F.coalesce("ipc", none), F.array("main_ipc"))


def main_code(*, system: str, level: str) -> Column:
    """The code that a patent is scored through.

    The main IPC symbol, or the first CPC symbol listed, as exports name no main one.

    Args:
        system: ``ipc`` or ``cpc``.
        level: section, class, subclass, group or subgroup.

    >>> df = spark.createDataFrame(
    ...     [("G06F3/041", ["G06N3/08", "A"]), (None, None)], "main_ipc string, cpc array<string>"
    ... )
    >>> df.select(
    ...     *(main_code(system=system, level="subclass").alias(system) for system in ("ipc", "cpc"))
    ... ).show()
    +----+----+
    | ipc| cpc|
    +----+----+
    |G06F|G06N|
    |NULL|NULL|
    +----+----+
    <BLANKLINE>
    """
    symbol = F.col("main_ipc") if system == "ipc" else F.get("cpc", F.lit(0))
    return at_level(symbol, level)


def citation_members(citations: DataFrame, *, kind: str) -> DataFrame:
    """Return groups and members of a table of citations.

    Args:
        citations: citing, cited.
        kind: ``co_citation`` or ``bibliographic_coupling``.

    Returns:
        group, member; rows with an unknown end are left out, and those in which a publication cites
        itself.

    >>> citations = spark.createDataFrame(
    ...     [("a", "b"), ("a", "a"), ("a", None)], "citing string, cited string"
    ... )
    >>> citation_members(citations, kind="bibliographic_coupling").show()
    +-----+------+
    |group|member|
    +-----+------+
    |    b|     a|
    +-----+------+
    <BLANKLINE>
    """
    group, member = CITATION_ENDS[kind]
    return citations.where(F.col("citing") != F.col("cited")).select(
        F.col(group).alias("group"), F.col(member).alias("member")
    )


def pairs_within(
    members: DataFrame,
    key_ids: DataFrame,
    *,
    scope: str,
    largest_group: int,
) -> DataFrame:
    """Return every pair of members of one group, once for each group that holds both.

    A group of n members makes n (n - 1) / 2 pairs, so groups above a size make none.

    Args:
        members: group, member.
        key_ids: one column ``id``, the key members; small enough to be sent to every executor.
        scope: ``incident`` keeps pairs with at least one key member, ``induced`` those of two
            (and counts a group's size among the key members alone), ``full`` all.
        largest_group: groups of more distinct members make no pairs.

    Returns:
        src, dst with src < dst.

    >>> members = spark.createDataFrame(
    ...     [("g", "b"), ("g", "K"), ("g", "a"), ("h", "K")], "group string, member string"
    ... )
    >>> key_ids = spark.createDataFrame([("K",)], "id string")
    >>> pairs_within(members, key_ids, scope="incident", largest_group=3).orderBy("dst").show()
    +---+---+
    |src|dst|
    +---+---+
    |  K|  a|
    |  K|  b|
    +---+---+
    <BLANKLINE>
    """
    groups = groups_of(members, key_ids, scope=scope)
    return pairs_of(groups, scope=scope, largest_group=largest_group)


def groups_of(members: DataFrame, key_ids: DataFrame, *, scope: str) -> DataFrame:
    """Return the groups of a scope with their distinct members.

    Args:
        members: group, member.
        key_ids: one column ``id``; small enough to be sent to every executor.
        scope: as for :func:`pairs_within`.

    Returns:
        group, members (array of struct<member, is_key>, in order).

    >>> members = spark.createDataFrame(
    ...     [("g", "b"), ("g", "K"), ("g", "b"), ("h", "b")], "group string, member string"
    ... )
    >>> key_ids = spark.createDataFrame([("K",)], "id string")
    >>> groups_of(members, key_ids, scope="incident").show(truncate=False)
    +-----+-----------------------+
    |group|members                |
    +-----+-----------------------+
    |g    |[{K, true}, {b, false}]|
    +-----+-----------------------+
    <BLANKLINE>
    """
    keys = F.broadcast(key_ids.select(F.col("id").alias("member"), F.lit(True).alias("is_key")))
    marked = members.join(keys, on="member", how="inner" if scope == "induced" else "left")
    is_key = F.col("is_key").isNotNull()
    groups = marked.groupBy("group").agg(
        F.array_sort(F.collect_set(F.struct("member", is_key.alias("is_key")))).alias("members")
    )
    if scope == "incident":
        groups = groups.where(F.array_contains(F.col("members.is_key"), F.lit(True)))
    return groups


def pairs_of(groups: DataFrame, *, scope: str, largest_group: int) -> DataFrame:
    """Return the pairs of members of every group, as :func:`pairs_within` does.

    Args:
        groups: as :func:`groups_of` returns them.
        scope: as for :func:`pairs_within`.
        largest_group: groups of more members make no pairs.

    Returns:
        src, dst with src < dst.

    >>> members = spark.createDataFrame(
    ...     [("g", name) for name in "cab"] + [("h", "a")], "group string, member string"
    ... )
    >>> nobody = spark.createDataFrame([], "id string")
    >>> groups = groups_of(members, nobody, scope="full")
    >>> groups.transform(pairs_of, scope="full", largest_group=3).orderBy("src", "dst").show()
    +---+---+
    |src|dst|
    +---+---+
    |  a|  b|
    |  a|  c|
    |  b|  c|
    +---+---+
    <BLANKLINE>
    """
    size = F.size("members")
    pairs = (
        groups.where(size.between(2, largest_group))
        .select("members", F.posexplode("members").alias("position", "first"))
        .select("first", F.explode(F.slice("members", F.col("position") + 2, size)).alias("second"))
    )
    if scope == "incident":
        pairs = pairs.where(F.col("first.is_key") | F.col("second.is_key"))
    return pairs.select(F.col("first.member").alias("src"), F.col("second.member").alias("dst"))


def left_out(groups: DataFrame, *, scope: str, largest_group: int) -> DataFrame:
    """Count the groups, and those above a size with the pairs that they do not make.

    Args:
        groups: as :func:`groups_of` returns them.
        scope: as for :func:`pairs_within`; groups and pairs that are not of it do not count.
        largest_group: groups of more members make no pairs.

    Returns:
        one row: groups, groups_left_out, largest_left_out (members), pairs_left_out.

    >>> members = spark.createDataFrame(
    ...     [("g", name) for name in "Kab"] + [("h", "K")], "group string, member string"
    ... )
    >>> key_ids = spark.createDataFrame([("K",)], "id string")
    >>> groups = groups_of(members, key_ids, scope="incident")
    >>> groups.transform(left_out, scope="incident", largest_group=2).show()
    +------+---------------+----------------+--------------+
    |groups|groups_left_out|largest_left_out|pairs_left_out|
    +------+---------------+----------------+--------------+
    |     2|              1|               3|             2|
    +------+---------------+----------------+--------------+
    <BLANKLINE>
    """
    size = F.size("members").cast("bigint")
    pairs = _pairs(size)
    if scope == "incident":
        others = F.array_remove(F.col("members.is_key"), True)
        pairs -= _pairs(F.size(others).cast("bigint"))
    is_left_out = size > largest_group
    none = F.lit(0).cast("bigint")
    return groups.agg(
        F.count(F.lit(1)).alias("groups"),
        F.count_if(is_left_out).alias("groups_left_out"),
        F.coalesce(F.max(F.when(is_left_out, size)), none).alias("largest_left_out"),
        F.coalesce(F.sum(F.when(is_left_out, pairs)), none).alias("pairs_left_out"),
    )


def _pairs(size: Column) -> Column:
    return (size * (size - 1) / 2).cast("bigint")


def through_main_code(centrality: DataFrame, patents: DataFrame, *, code: Column) -> DataFrame:
    """Return the centrality of every patent's main code under the patent's own number.

    Args:
        centrality: id (code) and measures.
        patents: publication_number and what ``code`` reads.
        code: the code that a patent is scored through.

    Returns:
        id (publication number) and the measures; no row where the code is unknown.

    >>> centrality = spark.createDataFrame([("G06F", 3)], "id string, degree int")
    >>> patents = spark.createDataFrame(
    ...     [("A", "G06F3/041"), ("B", None)], "publication_number string, main_ipc string"
    ... )
    >>> code = main_code(system="ipc", level="subclass")
    >>> through_main_code(centrality, patents, code=code).show()
    +---+------+
    | id|degree|
    +---+------+
    |  A|     3|
    +---+------+
    <BLANKLINE>
    """
    coded = patents.select("publication_number", code.alias("id"))
    return (
        coded.join(centrality, on="id", how="inner")
        .drop("id")
        .withColumnRenamed("publication_number", "id")
        .select(*centrality.columns)
    )
