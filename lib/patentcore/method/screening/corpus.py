"""Which publications make up the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.method.applicants import is_one_of


def limits(
    *,
    authorities: Sequence[str] = (),
    published_from: str | None = None,
    published_to: str | None = None,
    applicant_names: Iterable[str] = (),
) -> dict[str, Column]:
    """Return whether a publication lies within each limit, by the column that tells.

    What is not given does not limit. Each is true or false, and null where its column is.

    Args:
        authorities: two-letter codes.
        published_from: first publication date, ISO.
        published_to: last publication date, ISO.
        applicant_names: names and aliases of the enterprises; compared as
            :func:`patentcore.method.applicants.normal_name` folds them.

    >>> list(limits(authorities=["CN"], published_to="2023-12-31"))
    ['authority', 'publication_date']
    """
    given: dict[str, Column] = {}
    if authorities:
        given["authority"] = F.col("authority").isin(*authorities)
    published = F.col("publication_date")
    days = []
    if published_from:
        days.append(published >= F.lit(published_from).cast("date"))
    if published_to:
        days.append(published <= F.lit(published_to).cast("date"))
    if days:
        given["publication_date"] = reduce(and_, days)
    names = list(applicant_names)
    if names:
        given["applicants"] = is_one_of(F.col("applicants.name"), names)
    return given


def is_within(limits: Mapping[str, Column]) -> Column:
    """Tell whether a publication is in the corpus; null where a missing value leaves that open.

    What one limit is known to leave out is out, whatever else is missing.

    Args:
        limits: as :func:`limits` returns them.

    >>> import datetime as dt
    >>> df = spark.createDataFrame(
    ...     [
    ...         ("CN", dt.date(2015, 6, 1)),
    ...         ("CN", dt.date(1999, 12, 31)),
    ...         ("CN", None),
    ...         ("US", None),
    ...     ],
    ...     "authority string, publication_date date",
    ... )
    >>> within = is_within(limits(authorities=["CN"], published_from="2000-01-01"))
    >>> df.withColumn("is_within", within).show()
    +---------+----------------+---------+
    |authority|publication_date|is_within|
    +---------+----------------+---------+
    |       CN|      2015-06-01|     true|
    |       CN|      1999-12-31|    false|
    |       CN|            NULL|     NULL|
    |       US|            NULL|    false|
    +---------+----------------+---------+
    <BLANKLINE>
    """
    return reduce(and_, limits.values(), F.lit(True))


def filter_corpus(patents: DataFrame, limits: Mapping[str, Column]) -> DataFrame:
    """Keep the publications that are known to be in the corpus.

    Args:
        patents: the canonical table.
        limits: as :func:`limits` returns them.

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
    >>> within = limits(authorities=["CN"], published_from="2000-01-01")
    >>> df.transform(filter_corpus, within).show()
    +------------------+---------+----------------+
    |publication_number|authority|publication_date|
    +------------------+---------+----------------+
    |              CN1A|       CN|      2015-06-01|
    +------------------+---------+----------------+
    <BLANKLINE>
    """
    return patents.where(is_within(limits))
