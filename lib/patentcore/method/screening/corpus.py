"""Which publications make up the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore.method.applicants import is_one_of


def filter_corpus(
    patents: DataFrame,
    *,
    authorities: Sequence[str] = (),
    published_from: str | None = None,
    published_to: str | None = None,
    applicant_names: Iterable[str] = (),
) -> DataFrame:
    """Keep the publications of the corpus; what is not given does not filter.

    Args:
        patents: the canonical table.
        authorities: two-letter codes.
        published_from: first publication date, ISO.
        published_to: last publication date, ISO.
        applicant_names: names and aliases of the enterprises; compared as
            :func:`patentcore.method.applicants.normal_name` folds them.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [
    ...         ("CN1A", "CN", dt.date(2015, 6, 1)),
    ...         ("US2A", "US", dt.date(2015, 6, 1)),
    ...         ("CN3A", "CN", dt.date(1999, 12, 31)),
    ...         ("CN4A", "CN", None),
    ...     ],
    ...     "publication_number string, authority string, publication_date date",
    ... )
    >>> df.transform(filter_corpus, authorities=["CN"], published_from="2000-01-01").show()
    +------------------+---------+----------------+
    |publication_number|authority|publication_date|
    +------------------+---------+----------------+
    |              CN1A|       CN|      2015-06-01|
    +------------------+---------+----------------+
    <BLANKLINE>
    """
    conditions = []
    if authorities:
        conditions.append(F.col("authority").isin(*authorities))
    if published_from:
        conditions.append(F.col("publication_date") >= F.lit(published_from).cast("date"))
    if published_to:
        conditions.append(F.col("publication_date") <= F.lit(published_to).cast("date"))
    names = list(applicant_names)
    if names:
        conditions.append(is_one_of(F.col("applicants.name"), names))
    return reduce(lambda df, condition: df.where(condition), conditions, patents)
