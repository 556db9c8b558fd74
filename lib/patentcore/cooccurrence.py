"""Undirected networks of what occurs together: two members of one group make a pair.

A group is a patent and its members its codes (co-classification), or a citing publication and what
it cites (co-citation: H. Small, 1973), or a cited publication and what cites it (bibliographic
coupling: M. M. Kessler, 1963). The pairs go through ``networks.merge_edges`` like citations do;
an edge's weight is the number of groups that its ends share.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from patentcore.symbols import at_level

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
    observation: Observation | None = None,
) -> DataFrame:
    """Return every pair of members of one group, once for each group that holds both.

    A group of n members makes n (n - 1) / 2 pairs, so groups above a size make none.

    Args:
        members: group, member.
        key_ids: one column ``id``, the key members; small enough to be sent to every executor.
        scope: ``incident`` keeps pairs with at least one key member, ``induced`` those of two
            (and counts a group's size among the key members alone), ``full`` all.
        largest_group: groups of more distinct members make no pairs.
        observation: receives ``groups``, ``groups_left_out``, ``largest_left_out`` (members) and
            ``pairs_left_out``; groups and pairs that are not of the scope do not count.

    Returns:
        src, dst with src < dst.
    """
    keys = F.broadcast(key_ids.select(F.col("id").alias("member"), F.lit(True).alias("is_key")))
    marked = members.join(keys, on="member", how="inner" if scope == "induced" else "left")
    is_key = F.coalesce("is_key", F.lit(False))
    groups = marked.groupBy("group").agg(
        F.array_sort(F.collect_set(F.struct("member", is_key.alias("is_key")))).alias("members")
    )
    if scope == "incident":
        groups = groups.where(F.exists("members", lambda member: member["is_key"]))
    size = F.size("members").cast("bigint")
    if observation is not None:
        others = F.size(F.filter("members", lambda member: ~member["is_key"])).cast("bigint")
        pairs_of_scope = _pairs(size) - (_pairs(others) if scope == "incident" else F.lit(0))
        groups = groups.observe(observation, *_left_out(size, pairs_of_scope, size > largest_group))
    first, second = F.col("first"), F.col("second")
    pairs = (
        groups.where(size.between(2, largest_group))
        .select("members", F.posexplode("members").alias("position", "first"))
        .select(first, F.explode(F.slice("members", F.col("position") + 2, size)).alias("second"))
    )
    if scope == "incident":
        pairs = pairs.where(first["is_key"] | second["is_key"])
    return pairs.select(first["member"].alias("src"), second["member"].alias("dst"))


def _pairs(size: Column) -> Column:
    return (size * (size - 1) / 2).cast("bigint")


def _left_out(size: Column, pairs: Column, is_left_out: Column) -> list[Column]:
    none = F.lit(0).cast("bigint")
    return [
        F.count(F.lit(1)).alias("groups"),
        F.count_if(is_left_out).alias("groups_left_out"),
        F.coalesce(F.max(F.when(is_left_out, size)), none).alias("largest_left_out"),
        F.coalesce(F.sum(F.when(is_left_out, pairs)), none).alias("pairs_left_out"),
    ]


def through_main_code(centrality: DataFrame, patents: DataFrame, *, code: Column) -> DataFrame:
    """Return the centrality of every patent's main code under the patent's own number.

    Args:
        centrality: id (code) and measures.
        patents: publication_number and what ``code`` reads.
        code: the code that a patent is scored through.

    Returns:
        id (publication number) and the measures; no row where the code is unknown.
    """
    coded = patents.select("publication_number", code.alias("id"))
    return (
        coded.join(centrality, on="id", how="inner")
        .drop("id")
        .withColumnRenamed("publication_number", "id")
        .select(*centrality.columns)
    )
