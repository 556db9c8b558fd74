from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.method import cooccurrence, networks
from tests import factories

# Two citing publications share b and c; d is cited alone; a row lacks its end; one cites itself.
CITED = [
    ("x", "a"),
    ("x", "b"),
    ("x", "c"),
    ("y", "b"),
    ("y", "c"),
    ("y", "c"),
    ("y", "y"),
    ("z", "d"),
    ("z", None),
    (None, "a"),
]


def ids(spark: SparkSession, *names: str) -> DataFrame:
    return spark.createDataFrame([(name,) for name in names], "id string")


def edges_of(df: DataFrame) -> dict[tuple[str, str], int]:
    return {(row.src, row.dst): row.weight for row in networks.merge_edges(df).collect()}


def projection(kind: str) -> nx.Graph:
    """The independent tool's network: the bipartite graph of the citations, projected."""
    group, member = (0, 1) if kind == "co_citation" else (1, 0)
    pairs = [pair for pair in CITED if None not in pair and pair[0] != pair[1]]
    graph = nx.Graph([(f"group {pair[group]}", pair[member]) for pair in pairs])
    return nx.bipartite.weighted_projected_graph(graph, {pair[member] for pair in pairs})


@pytest.mark.parametrize("kind", ["co_citation", "bibliographic_coupling"])
@pytest.mark.parametrize("scope", ["full", "incident", "induced"])
def test_pairs_of_citations_are_the_independent_tools(
    spark: SparkSession, kind: str, scope: str
) -> None:
    keys = {"a", "b", "x"}
    members = cooccurrence.citation_members(factories.citations(spark, *CITED), kind=kind)
    found = edges_of(
        cooccurrence.pairs_within(members, ids(spark, *keys), scope=scope, largest_group=10)
    )
    least = {"full": 0, "incident": 1, "induced": 2}[scope]
    expected = {
        (min(edge), max(edge)): weight
        for *edge, weight in projection(kind).edges(data="weight")
        if len(keys & set(edge)) >= least
    }
    assert found == expected


def test_codes_of_a_patent_hold_its_main_code_and_no_null(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {"publication_number": "A", "main_ipc": "G06F 3/041", "ipc": ["h04w4/02", None, ""]},
        {"publication_number": "B", "main_ipc": None, "ipc": None, "cpc": ["G06N3/08"]},
        {"publication_number": "C", "main_ipc": "A61B5/00", "ipc": None},
    )
    found = df.transform(cooccurrence.code_members, system="ipc", level="group")
    expected = [("A", "G06F3"), ("A", "H04W4"), ("C", "A61B5")]
    assert_df_equality(
        found,
        spark.createDataFrame(expected, "group string, member string"),
        ignore_row_order=True,
        ignore_nullable=True,
    )
    cpc = df.transform(cooccurrence.code_members, system="cpc", level="subclass").collect()
    assert [(row["group"], row.member) for row in cpc] == [("B", "G06N")]


def test_groups_above_the_limit_make_no_pairs_and_are_counted(spark: SparkSession) -> None:
    rows = [("big", f"m{i}") for i in range(5)] + [("small", "m0"), ("small", "m1"), ("one", "m9")]
    members = spark.createDataFrame(rows, "group string, member string")
    groups = cooccurrence.groups_of(members, ids(spark), scope="full")
    pairs = groups.transform(cooccurrence.pairs_of, scope="full", largest_group=4)
    assert [tuple(row) for row in pairs.collect()] == [("m0", "m1")]
    (counted,) = groups.transform(cooccurrence.left_out, scope="full", largest_group=4).collect()
    assert counted.asDict() == {
        "groups": 3,
        "groups_left_out": 1,
        "largest_left_out": 5,
        "pairs_left_out": 10,
    }


@pytest.mark.parametrize("scope", ["full", "incident", "induced"])
def test_the_pairs_left_out_are_those_that_a_higher_limit_makes(
    spark: SparkSession, scope: str
) -> None:
    rows = [("g", name) for name in "abcdefg"] + [("h", name) for name in "abxyz"]
    members = spark.createDataFrame(rows, "group string, member string")
    keys = ids(spark, *"abx")
    made = {
        limit: cooccurrence.pairs_within(members, keys, scope=scope, largest_group=limit).count()
        for limit in (2, 100)
    }
    groups = cooccurrence.groups_of(members, keys, scope=scope)
    (counted,) = groups.transform(cooccurrence.left_out, scope=scope, largest_group=2).collect()
    assert counted["pairs_left_out"] == made[100] - made[2] > 0


def test_a_group_at_the_limit_makes_all_its_pairs(spark: SparkSession) -> None:
    members = spark.createDataFrame(
        [("g", name) for name in "dbca"] + [("g", "a")], "group string, member string"
    )
    pairs = cooccurrence.pairs_within(members, ids(spark), scope="full", largest_group=4)
    assert sorted(tuple(row) for row in pairs.collect()) == list(itertools.combinations("abcd", 2))


def test_a_patent_has_the_measures_of_its_main_code(spark: SparkSession) -> None:
    df = factories.patents(
        spark,
        {"publication_number": "A", "main_ipc": "G06F3/041"},
        {"publication_number": "B", "main_ipc": "G06F3/044"},
        {"publication_number": "C", "main_ipc": None},
    )
    centrality = spark.createDataFrame([("G06F", 3), ("H04W", 1)], "id string, degree bigint")
    code = cooccurrence.main_code(system="ipc", level="subclass")
    found = cooccurrence.through_main_code(centrality, df, code=code).collect()
    assert sorted(tuple(row) for row in found) == [("A", 3), ("B", 3)]
    first_listed = cooccurrence.main_code(system="cpc", level="class")
    row = df.withColumn("cpc", F.array(F.lit("G06N3/08"), F.lit("A"))).select(first_listed).first()
    assert row is not None
    assert row[0] == "G06"


@pytest.mark.parametrize(
    ("level", "vertices", "edges"), [("subclass", 525, 10_050), ("subgroup", 15_595, 218_857)]
)
def test_real_codes_give_the_known_network(
    spark: SparkSession, real_data: Path, level: str, vertices: int, edges: int
) -> None:
    rows = pd.read_csv(real_data / "lens-drones-ipc" / "ipc.csv.gz", dtype=str)
    assert len(rows) == 187_512
    patents = (
        spark.createDataFrame(rows[["lens_id", "ipcr_classifications"]])
        .groupBy(F.col("lens_id").alias("publication_number"))
        .agg(F.collect_list("ipcr_classifications").alias("ipc"))
        .withColumn("main_ipc", F.get("ipc", F.lit(0)))
    )
    members = patents.transform(cooccurrence.code_members, system="ipc", level=level)
    pairs = cooccurrence.pairs_within(members, ids(spark), scope="full", largest_group=1000)
    found = networks.merge_edges(pairs).toPandas()
    assert members.select("member").distinct().count() == vertices
    assert len(found) == edges
    codes = rows["subclass"] if level == "subclass" else rows["ipcr_classifications"]
    expected: Counter[tuple[str, str]] = Counter()
    for _, group in codes.groupby(rows["lens_id"]):
        expected.update(itertools.combinations(sorted(set(group)), 2))
    assert dict(
        zip(zip(found["src"], found["dst"], strict=True), found["weight"], strict=True)
    ) == (expected)
