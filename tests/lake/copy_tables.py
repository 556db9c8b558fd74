"""Copy the canonical tables in another format: copy_tables.py SOURCE TARGET FORMAT."""

import sys

from patentcore.engine import get_spark
from patentcore.lake.formats import extras_for


def main(source: str, target: str, form: str) -> None:
    spark = get_spark("copy tables", extras=extras_for([source, target], [form]))
    for table in ("patents", "citations"):
        spark.read.parquet(f"{source}/{table}").write.format(form).save(f"{target}/{table}")


if __name__ == "__main__":
    main(*sys.argv[1:])
