"""The method as an expert on one machine would write it: DuckDB and igraph.

``method_expert.py INPUT OUTPUT`` reads the canonical tables and writes the same output tables as
``patentcore run``: one scan of the narrow columns judges every publication, a second fetches the
wide rows of the few that are left, and the citations are scanned once.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import igraph
import method_paths as paper
import numpy as np


def run(source: str | Path, output: str | Path) -> None:
    """Read the tables in ``source``, write the results to ``output``."""
    db = duckdb.connect()
    db.execute("SET preserve_insertion_order = false")
    db.execute(f"CREATE VIEW patents AS FROM '{source}/patents/*.parquet'")
    db.execute(f"CREATE VIEW citations AS FROM '{source}/citations/*.parquet'")
    judge(db)
    refuse_duplicates(db)
    keep_key_patents(db)
    find_rejects(db)
    build_network(db)
    measure(db)
    score(db)
    for table in (
        "funnel",
        "key_patents",
        "rejects",
        "vertices",
        "edges",
        "centrality",
        "scores",
    ):
        folder = Path(output) / table
        folder.mkdir(parents=True)
        db.execute(f"COPY {table} TO '{folder}/part-0.parquet'")


def sql_list(values: list[str]) -> str:
    """Return ``('a', 'b')``."""
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


# --- screening ----------------------------------------------------------------------------------

CITED = "coalesce(family_cited_by_count, cited_by_count)"
CODES = "list_filter(ipc, lambda s: s IS NOT NULL)"
WIDTH = f"len(list_distinct(list_transform({CODES}, lambda s: upper(s[1:4]))))"


def has_event(kinds: list[str]) -> str:
    """Return the condition that an event of one of the kinds exists."""
    is_one = f"coalesce(e.kind IN {sql_list(kinds)}, false)"
    return f"len(list_filter(legal_events, lambda e: {is_one})) > 0"


def judge(db: duckdb.DuckDBPyConnection) -> None:
    """Scan the narrow columns once: the first step that each publication fails."""
    steps = [
        f"authority IN {sql_list(paper.AUTHORITIES)}",
        "patent_type = 'invention'",
        "claim_count > 10",
        f"{CITED} > 0",
        f"{WIDTH} > 1",
        has_event(paper.EVENTS),
    ]
    in_corpus = f"publication_date BETWEEN DATE '{paper.FIRST_DAY}' AND DATE '{paper.LAST_DAY}'"
    cases = [
        "WHEN publication_number IS NULL THEN -2",
        f"WHEN ({in_corpus}) IS NULL THEN -3",
        f"WHEN NOT ({in_corpus}) THEN -1",
    ]
    for number, step in enumerate(steps, start=1):
        # Even: failed; odd: failed because the value is missing.
        cases += [f"WHEN ({step}) IS NULL THEN {2 * number + 1}"]
        cases += [f"WHEN NOT ({step}) THEN {2 * number}"]
    # What later steps need of a publication that passed, and a hash of every key.
    db.execute(f"""
        CREATE TEMP TABLE judged AS
        SELECT verdict, key,
            CASE WHEN verdict = 0 THEN publication_number END AS publication_number,
            CASE WHEN verdict = 0 THEN application_number END AS application_number,
            CASE WHEN verdict = 0 THEN publication_date END AS publication_date
        FROM (SELECT (CASE {" ".join(cases)} ELSE 0 END)::TINYINT AS verdict,
                  hash(publication_number) AS key,
                  publication_number, application_number, publication_date
              FROM patents)""")


def refuse_duplicates(db: duckdb.DuckDBPyConnection) -> None:
    """Stop where a publication number occurs twice."""
    suspects = db.execute(
        "SELECT key FROM judged WHERE verdict <> -2 GROUP BY key HAVING count(*) > 1 LIMIT 1000"
    ).fetchnumpy()["key"]
    if len(suspects) == 0:
        return
    twice = db.execute(
        """SELECT publication_number FROM patents
           WHERE hash(publication_number) IN (SELECT unnest(?::UBIGINT[]))
           GROUP BY publication_number HAVING count(*) > 1 ORDER BY 1 LIMIT 3""",
        [suspects.tolist()],
    ).fetchall()
    if twice:
        raise ValueError(f"several rows for one publication number, e.g. {twice}")


def keep_key_patents(db: duckdb.DuckDBPyConnection) -> None:
    """One publication per application, its indexes, and the funnel."""
    db.execute("""
        CREATE TEMP TABLE keys AS
        SELECT publication_number AS id FROM judged
        WHERE verdict = 0 AND application_number IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY application_number
            ORDER BY publication_date NULLS LAST, publication_number) = 1""")
    db.execute(f"""
        CREATE TEMP TABLE key_patents AS
        SELECT *, ({WIDTH})::INTEGER AS patent_width,
            CASE WHEN application_date IS NOT NULL THEN round(greatest(0,
                least(expiry_date, DATE '{paper.REFERENCE_YEAR}-12-31',
                    list_min([e.date FOR e IN legal_events IF e.kind IN ('lapse', 'expiry')]))
                - application_date) / 365.25, 4) END AS life_years,
            {has_event(["assignment"])} AS has_assignment,
            {has_event(["litigation"])} AS has_litigation,
            {has_event(["opposition"])} AS has_opposition,
            applicants[1].country AS applicant_country
        FROM patents SEMI JOIN keys ON publication_number = id""")
    db.execute(
        "CREATE TEMP TABLE funnel (step INTEGER, criterion VARCHAR, threshold VARCHAR, "
        "patents BIGINT, removed BIGINT, unknown BIGINT)"
    )
    counts = dict(db.execute("SELECT verdict, count(*) FROM judged GROUP BY 1").fetchall())
    left = sum(count for verdict, count in counts.items() if verdict >= 0)
    undated = counts.get(-3, 0)
    rows = [(0, *paper.CRITERIA[0], left, counts.get(-1, 0) + undated, undated)]
    for number in range(1, 7):
        unknown = counts.get(2 * number + 1, 0)
        removed = counts.get(2 * number, 0) + unknown
        left -= removed
        rows.append((number, *paper.CRITERIA[number], left, removed, unknown))
    kept, no_application = db.execute(
        "SELECT (SELECT count(*) FROM keys), count(*) FROM judged "
        "WHERE verdict = 0 AND application_number IS NULL"
    ).fetchone()
    rows.append((7, *paper.CRITERIA[7], kept, left - kept, no_application))
    db.executemany("INSERT INTO funnel VALUES (?, ?, ?, ?, ?, ?)", rows)


def find_rejects(db: duckdb.DuckDBPyConnection) -> None:
    """List the patents without a number; those of the citations follow with the network."""
    db.execute(
        "CREATE TEMP TABLE rejects (source VARCHAR, record VARCHAR, field VARCHAR, "
        "value VARCHAR, reason VARCHAR)"
    )
    if db.execute("SELECT count(*) FROM judged WHERE verdict = -2").fetchone()[0]:
        db.execute("""
            INSERT INTO rejects
            SELECT 'patents', coalesce(application_number, title[1:200]), 'publication_number',
                NULL, 'no publication number'
            FROM patents WHERE publication_number IS NULL""")


# --- network ------------------------------------------------------------------------------------


def build_network(db: duckdb.DuckDBPyConnection) -> None:
    """Scan the citations once; merge parallel ones, drop loops, number the vertices."""
    db.execute("""
        CREATE TEMP TABLE pairs AS
        SELECT citing AS src, cited AS dst, count(*) AS weight FROM citations
        WHERE citing IS NULL OR cited IS NULL
            OR citing IN (SELECT id FROM keys) OR cited IN (SELECT id FROM keys)
        GROUP BY ALL""")
    db.execute("""
        INSERT INTO rejects
        SELECT 'citations', coalesce(src, dst),
            CASE WHEN src IS NULL THEN 'citing' ELSE 'cited' END,
            NULL, 'citation without both publication numbers'
        FROM pairs, range(weight) WHERE src IS NULL OR dst IS NULL""")
    db.execute("CREATE TEMP TABLE edges AS FROM pairs WHERE src <> dst")
    db.execute("""
        CREATE TEMP TABLE numbered AS
        SELECT id, bool_or(is_key) AS is_key, (row_number() OVER () - 1)::INTEGER AS vertex
        FROM (SELECT src AS id, false AS is_key FROM edges
              UNION ALL SELECT dst, false FROM edges UNION ALL SELECT id, true FROM keys)
        GROUP BY id""")
    db.execute("CREATE TEMP VIEW vertices AS SELECT id, is_key FROM numbered")


def measure(db: duckdb.DuckDBPyConnection) -> None:
    """Degrees and betweenness of every vertex, by igraph."""
    ends = db.execute("""
        SELECT s.vertex AS src, d.vertex AS dst FROM edges
        JOIN numbered s ON src = s.id JOIN numbered d ON dst = d.id""").fetchnumpy()
    count = db.execute("SELECT count(*) FROM numbered").fetchone()[0]
    # igraph takes anything with the buffer protocol; lists of tuples would be slower.
    pairs = np.column_stack([ends["src"], ends["dst"]]).astype(np.int64)
    graph = igraph.Graph(n=count, edges=pairs, directed=True)
    measures = {  # noqa: F841 - read by name in the query
        "vertex": np.arange(count, dtype=np.int32),
        "in_degree": np.bincount(pairs[:, 1], minlength=count),
        "out_degree": np.bincount(pairs[:, 0], minlength=count),
        "betweenness": np.asarray(graph.betweenness(), dtype=float),
    }
    db.execute(f"""
        CREATE TEMP TABLE centrality AS
        SELECT id, in_degree, out_degree, in_degree + out_degree AS degree,
            (in_degree + out_degree) / {max(count - 1, 1)}.0::DOUBLE AS degree_centrality,
            betweenness
        FROM numbered JOIN measures USING (vertex)""")


# --- scoring ------------------------------------------------------------------------------------


def score(db: duckdb.DuckDBPyConnection) -> None:
    """Equations 4 to 6 and the ranking, as one query."""
    raw = " + ".join(f"{weight} * {column}" for column, weight in paper.WEIGHTS.items())
    scaled = " + ".join(
        f"{weight} * CASE WHEN {column} IS NULL THEN NULL "
        f"WHEN max({column}) OVER () = min({column}) OVER () THEN 0 "
        f"ELSE ({column} - min({column}) OVER ()) "
        f"/ (max({column}) OVER () - min({column}) OVER ()) END"
        for column, weight in paper.WEIGHTS.items()
    )
    db.execute(f"""
        CREATE TEMP TABLE scores AS
        WITH measured AS (
            SELECT *, year(publication_date)::INTEGER AS publication_year,
                CASE WHEN simple_family IS NOT NULL
                    THEN len(list_distinct(list_filter(simple_family,
                        lambda m: m <> publication_number)))
                    ELSE coalesce(simple_family_size, 0) END AS others,
                upper(replace(main_ipc, ' ', '')) AS main_class
            FROM key_patents JOIN centrality ON publication_number = id),
        weighed AS (
            SELECT *, CASE WHEN publication_year <= {paper.REFERENCE_YEAR}
                    THEN (in_degree + 0.5::DOUBLE * others)
                        / ({paper.REFERENCE_YEAR} - publication_year + 1) END AS popularity,
                CASE WHEN main_class IS NOT NULL
                    THEN count(*) OVER (PARTITION BY main_class) END AS main_class_count,
                100 * main_class_count::DOUBLE / count(*) OVER () AS main_class_frequency
            FROM measured),
        summed AS (
            SELECT *, ({raw})::DOUBLE AS core_degree, ({scaled})::DOUBLE AS core_degree_scaled
            FROM weighed)
        SELECT {", ".join(paper.SCORE_COLUMNS)} FROM (
            SELECT *, CASE WHEN core_degree IS NOT NULL THEN row_number() OVER (
                    ORDER BY core_degree DESC NULLS LAST, publication_number)::INTEGER END AS rank,
                CASE WHEN main_class IS NULL THEN 'main class unknown' END AS missing_reason
            FROM summed)
        ORDER BY rank NULLS LAST, publication_number""")


if __name__ == "__main__":
    run(*sys.argv[1:])
