"""What each patent contributes to the indicators, one row a patent."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.technologies.sectors import plain
from patentcore.words.symbols import at_level

SCIENCE = ("university", "institute")


def filing_year() -> Column:
    """Year of filing, else of the earliest priority, else of publication.

    >>> df = spark.sql(
    ...     "SELECT date(NULL) AS application_date, date('2018-05-04') AS earliest_priority_date, "
    ...     "date('2020-01-01') AS publication_date"
    ... )
    >>> df.select(filing_year().alias("year")).show()
    +----+
    |year|
    +----+
    |2018|
    +----+
    <BLANKLINE>
    """
    return F.year(F.coalesce("application_date", "earliest_priority_date", "publication_date"))


def codes_at(level: str) -> Column:
    """Distinct IPC codes of a patent at a level; null where it has none.

    >>> ipc = ["G06F3/041", "g06f 3/044", "H01L21/00"]
    >>> df = spark.createDataFrame([(ipc,)], "ipc array<string>")
    >>> df.select(codes_at("subclass").alias("classes"), codes_at("group").alias("groups")).show()
    +------------+---------------+
    |     classes|         groups|
    +------------+---------------+
    |[G06F, H01L]|[G06F3, H01L21]|
    +------------+---------------+
    <BLANKLINE>
    """
    codes = F.array_compact(
        F.array_distinct(F.transform("ipc", lambda symbol: at_level(symbol, level)))
    )
    return F.when(F.size(codes) > 0, F.array_sort(codes))


def patent_facts(
    patents: DataFrame,
    applicants: DataFrame,
    scores: DataFrame,
    *,
    is_quality: Column,
    home_country: str,
) -> DataFrame:
    """Return what indicators need to know of each patent.

    Args:
        patents: canonical patents.
        applicants: publication_number, position, name, country, sector.
        scores: publication_number, core_degree_scaled of the key patents.
        is_quality: whether a patent passes the technicality steps; null where it is unknown.
        home_country: two letters; its applicants are domestic.

    Returns:
        publication_number, year, subclasses, groups, inventors, npl_citation_count, is_quality,
        is_key, weight (1 plus the scaled core degree), and of the applicants: owner (the first),
        side (domestic, foreign; the first applicant's), is_joint, has_enterprise, is_iur (an
        enterprise with a university or institute), with_enterprise (two or more enterprises),
        with_science, with_government, with_abroad (joint, by what kind), sectors.
    """
    rows = patents.select(
        "publication_number",
        filing_year().alias("year"),
        codes_at("subclass").alias("subclasses"),
        codes_at("group").alias("groups"),
        F.array_distinct(
            F.array_remove(F.array_compact(F.transform("inventors", plain)), "")
        ).alias("inventors"),
        "npl_citation_count",
        is_quality.alias("is_quality"),
    )
    return (
        rows.join(_of_applicants(applicants, home_country), on="publication_number", how="left")
        .join(
            F.broadcast(scores.select("publication_number", "core_degree_scaled")),
            on="publication_number",
            how="left",
        )
        .join(
            F.broadcast(scores.select("publication_number", F.lit(True).alias("is_key"))),
            on="publication_number",
            how="left",
        )
        .withColumns(
            {
                "is_key": F.coalesce("is_key", F.lit(False)),
                "weight": 1 + F.coalesce("core_degree_scaled", F.lit(0.0)),
            }
        )
        .drop("core_degree_scaled")
    )


def _of_applicants(applicants: DataFrame, home_country: str) -> DataFrame:
    first = F.min_by(F.struct("name", "country"), "position")
    enterprises = F.count_if(F.col("sector") == "enterprise")
    has_science = F.max(F.coalesce(F.col("sector").isin(*SCIENCE), F.lit(False)))
    has_government = F.max(F.coalesce(F.col("sector") == "government", F.lit(False)))
    grouped = applicants.groupBy("publication_number").agg(
        first.alias("first"),
        (F.count(F.lit(1)) > 1).alias("is_joint"),
        enterprises.alias("enterprises"),
        has_science.alias("has_science"),
        has_government.alias("has_government"),
        F.count_distinct("country").alias("countries"),
        F.count_if(F.col("country").isNull()).alias("without_country"),
        F.count_if(F.col("sector").isNull()).alias("without_sector"),
        F.array_sort(F.collect_set("sector")).alias("sectors"),
    )
    is_joint, all_known = F.col("is_joint"), F.col("without_sector") == 0

    def known(verdict: Column) -> Column:
        # A sector that is not known may be the one asked for.
        return F.when(verdict, True).when(all_known | ~is_joint, False)

    country = F.col("first.country")
    return grouped.select(
        "publication_number",
        F.col("first.name").alias("owner"),
        F.when(country == home_country, "domestic")
        .when(country.isNotNull(), "foreign")
        .alias("side"),
        "is_joint",
        F.when(F.col("enterprises") > 0, True).when(all_known, False).alias("has_enterprise"),
        known(is_joint & (F.col("enterprises") > 0) & F.col("has_science")).alias("is_iur"),
        known(F.col("enterprises") > 1).alias("with_enterprise"),
        known(is_joint & F.col("has_science")).alias("with_science"),
        known(is_joint & F.col("has_government")).alias("with_government"),
        F.when(F.col("countries") > 1, True)
        .when((F.col("without_country") == 0) | ~is_joint, False)
        .alias("with_abroad"),
        F.when(is_joint, F.col("sectors")).alias("sectors"),
    )
