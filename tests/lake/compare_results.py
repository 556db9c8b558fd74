"""Compare two results table by table: compare_results.py ONE OTHER; print rows or a difference."""

import sys

from patentcore.engine import get_spark
from patentcore.lake.formats import extras_for
from patentcore.lake.tables import TableStore

TABLES = ("funnel", "key_patents", "vertices", "edges", "centrality", "scores", "robustness")


def main(*places: str) -> None:
    spark = get_spark("compare results", extras=extras_for(places))
    one, other = (TableStore.open(spark, uri) for uri in places)
    for table in TABLES:
        expected, found = one.read_raw(table), other.read_raw(table)
        if expected.columns != found.columns:
            sys.exit(f"{table}: {expected.columns} is not {found.columns}")
        missing, extra = expected.exceptAll(found).count(), found.exceptAll(expected).count()
        if missing or extra:
            sys.exit(f"{table}: {missing} rows are missing and {extra} are extra")
        print(table, other.home.format_of(table), expected.count())


if __name__ == "__main__":
    main(*sys.argv[1:])
