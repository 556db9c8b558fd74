"""Whence an applicant is, and which source says so.

In this order the first source that answers counts: the record itself; another publication of the
same invention; an address, behind the name or in a column of its own; the curated list of names;
of universities, institutes and governments, which are where their names say, a place in the name;
the office of the earliest priority (de Rassenfosse et al. 2013, where inventions are filed first
is where they are made); of all others a place in the name, for companies are called after places
where they never were; and last a form of company that one country has. The script of a name says
nothing: Chinese exports write foreign names in Chinese characters, Korean ones in Hangul.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema
from pyspark.sql.types import StringType, StructField, StructType

from patentcore.technologies.indicators.encoded import Texts
from patentcore.technologies.places import place_of

SOURCES = ("record", "family", "address", "name", "place", "priority", "form")
# Sectors whose bodies are where their names say; of others the priority comes before the place.
AT_HOME = ("university", "institute", "government")

_CN = r"\x{4e00}-\x{9fff}"

# Offices of several states: a first filing there is no filing at home of anybody outside them.
_MEMBERS = {
    "EP": "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MK MT NL NO PL "
    "PT RO SE SI SK SM TR",
    "EA": "AM AZ BY KG KZ RU TJ TM",
}
_UNDATED = "9999"
# Comes before every character of a number, so that the shorter of two comes first.
_BETWEEN = "\x01"
# Countries as addresses behind names end with them.
_ADDRESS = (
    r",[^,]+,\s*(CN|US|JP|KR|TW|DE|FR|GB|CH|NL|SE|FI|IT|IL|CA|AU|AT|BE|DK|ES|IE|IN|RU|SG|NO|HK)\s*$"
)


def country_of(owner: Column, place: Column, *, affiliates: str) -> Column:
    """Return the country that the curated list tells of a name; null where it has no owner of it.

    Args:
        owner: the country of the owner on the curated list.
        place: of a place in the name; null where it has none.
        affiliates: ``owner``: a subsidiary is of its owner's country; ``location``: of the place
            in its name.

    >>> rows = [("BAIDU USA LLC", "CN", "US"), ("ACME BERLIN", None, "DE")]
    >>> df = spark.createDataFrame(rows, "name string, owner string, place string")
    >>> df.select(
    ...     *(
    ...         country_of(F.col("owner"), F.col("place"), affiliates=by).alias(by)
    ...         for by in ("owner", "location")
    ...     )
    ... ).show()
    +-----+--------+
    |owner|location|
    +-----+--------+
    |   CN|      US|
    | NULL|    NULL|
    +-----+--------+
    <BLANKLINE>
    """
    return owner if affiliates == "owner" else F.when(owner.isNotNull(), F.coalesce(place, owner))


def address_of(given: Column) -> Column:
    """Return the country that ends an address behind a name as given; null where there is none.

    >>> df = spark.createDataFrame([("PAYPAL INC.,San Jose,CA,US",), ("Smith, Mary",)], "n string")
    >>> df.select(address_of(F.col("n")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     US|
    |   NULL|
    +-------+
    <BLANKLINE>
    """
    return F.nullif(F.regexp_extract(given, _ADDRESS, 1), F.lit(""))


def located(country: Column, address: Column) -> Column:
    """Return the country of an address: as given, at its end, or of a place in a Chinese one.

    Latin addresses are not read for places: Berlin is in Connecticut as well.

    >>> rows = [("us", "Berlin"), (None, "Berlin, CT, US"), (None, "广东省深圳市"), (None, "Kent")]
    >>> df = spark.createDataFrame(rows, "country string, address string")
    >>> df.select(located(F.col("country"), F.col("address")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     US|
    |     US|
    |     CN|
    |   NULL|
    +-------+
    <BLANKLINE>
    """
    is_chinese = address.rlike(f"[{_CN}]")
    return F.coalesce(
        F.nullif(F.upper(F.trim(country)), F.lit("")),
        address_of(address),
        F.when(is_chinese, place_of(address)),
    )


def first_office() -> Column:
    """Return the office of a patent's earliest priority, of several that of the least number.

    Without priorities it is the patent's own office where its filing is its earliest priority;
    null where nothing is known, where several offices are and none has a date, and for the PCT,
    which is nobody's home.

    >>> df = spark.createDataFrame(
    ...     [([("KR2", "KR", "2019-02-01"), ("US1", "US", "2019-01-01")], "CN"), (None, "CN")],
    ...     "priorities array<struct<number string, country string, date string>>, office string",
    ... )
    >>> day = F.to_date(F.lit("2019-05-01"))
    >>> df = df.withColumnRenamed("office", "authority")
    >>> df = df.withColumns({"application_date": day, "earliest_priority_date": day})
    >>> df.select(first_office().alias("office")).show()
    +------+
    |office|
    +------+
    |    US|
    |    CN|
    +------+
    <BLANKLINE>
    """
    # As texts: engines compare structs one by one.
    inside = F.transform(
        "priorities",
        lambda one: F.concat_ws(
            _BETWEEN,
            F.coalesce(one["date"].cast("string"), F.lit(_UNDATED)),
            F.coalesce(one["number"], F.lit("")),
            F.coalesce(F.upper(one["country"]), F.lit("")),
        ),
    )
    earliest = F.array_min(inside)
    date = F.substring_index(earliest, _BETWEEN, 1)
    country = F.nullif(F.substring_index(earliest, _BETWEEN, -1), F.lit(""))
    own = F.when(F.col("application_date") == F.col("earliest_priority_date"), F.col("authority"))
    # Some exports list countries of priorities without dates: of several none is the earliest.
    countries = F.size(F.array_distinct(F.col("priorities.country")))
    is_told = (date != _UNDATED) | (countries == 1)
    office = F.coalesce(
        F.when(F.col("priorities").isNotNull(), F.when(is_told, country)),
        F.when(F.col("priorities").isNull(), own),
    )
    return F.nullif(office, F.lit("WO"))


def side_of(country: Column, home: str) -> Column:
    """Return domestic or foreign; null where the country is not known or its office tells neither.

    >>> df = spark.createDataFrame([("CN",), ("EP",), (None,)], "country string")
    >>> country = F.col("country")
    >>> df.select(side_of(country, "CN").alias("CN"), side_of(country, "DE").alias("DE")).show()
    +--------+-------+
    |      CN|     DE|
    +--------+-------+
    |domestic|foreign|
    | foreign|   NULL|
    |    NULL|   NULL|
    +--------+-------+
    <BLANKLINE>
    """
    ambiguous = [office for office, members in _MEMBERS.items() if home in members]
    return F.when(country == home, "domestic").when(
        country.isNotNull() & ~country.isin(ambiguous or [""]), "foreign"
    )


def with_country(rows: DataFrame) -> DataFrame:
    """Add ``country`` and ``side_source``, the first source that answers.

    Args:
        rows: invention, position, given (the name as on the record), name (plain), given_country,
            address_country (of a column of addresses), told_country (by the curated list),
            place_country (by a place in the name) and form_country (by its form of company), office
            (of the earliest priority), sector; one row for each applicant of each publication.

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("A", 0, "ACME", "us", None, None, "CN", None),
    ...         ("A", 0, "爱科", None, None, None, "CN", None),
    ...         ("B", 0, "Berlin Packaging", None, "DE", None, "US", "enterprise"),
    ...         ("C", 0, "Univ Berlin", None, "DE", None, "US", "university"),
    ...         ("D", 0, "Xyz GmbH", None, None, "DE", None, "enterprise"),
    ...     ],
    ...     "invention string, position int, name string, given_country string, "
    ...     "place_country string, form_country string, office string, sector string",
    ... )
    >>> none = F.lit(None).cast("string")
    >>> rows = rows.withColumns(
    ...     {"given": F.col("name"), "address_country": none, "told_country": none}
    ... )
    >>> found = with_country(rows).orderBy("name")
    >>> found.select("name", "country", "side_source").show()
    +----------------+-------+-----------+
    |            name|country|side_source|
    +----------------+-------+-----------+
    |            ACME|     US|     record|
    |Berlin Packaging|     US|   priority|
    |     Univ Berlin|     DE|      place|
    |        Xyz GmbH|     DE|       form|
    |            爱科|     US|     family|
    +----------------+-------+-----------+
    <BLANKLINE>
    """
    record = F.nullif(F.upper(F.trim("given_country")), F.lit(""))
    rows = _with_family(rows.withColumn("_record", record))
    place = F.col("place_country")
    answers = (
        ("record", F.col("_record")),
        ("family", F.col("_family")),
        ("address", F.coalesce(address_of(F.col("given")), "address_country")),
        ("name", F.col("told_country")),
        ("place", F.when(F.col("sector").isin(*AT_HOME), place)),
        ("priority", F.col("office")),
        ("place", place),
        ("form", F.col("form_country")),
    )
    source = F.coalesce(*(F.when(answer.isNotNull(), F.lit(name)) for name, answer in answers))
    country = F.coalesce(*(answer for _, answer in answers))
    added = rows.withColumns({"country": country, "side_source": source})
    return added.drop("_record", "_family")


def _with_family(rows: DataFrame) -> DataFrame:
    """Add ``_family``, the country that another publication of the invention has on record.

    By kernels, for engines sort for windows, where inventions are many and small.

    Args:
        rows: invention, position, name, ``_record`` and anything else.
    """
    schema = StructType([*rows.schema, StructField("_family", StringType())])
    columns = to_arrow_schema(schema)

    def made(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        part = [batch for batch in batches if len(batch)]
        if part:
            table = pa.Table.from_batches(part).combine_chunks()
            yield from table.append_column("_family", _family(table)).cast(columns).to_batches()

    return rows.repartition("invention").mapInArrow(made, schema)


def _family(rows: pa.Table) -> pa.Array:
    """Return the country on record of the same name, else of the same place where all agree."""
    is_known = rows["_record"].is_valid().to_numpy()
    records = Texts.of(rows["_record"].drop_null())
    invention, name = Texts.of(rows["invention"]), Texts.of(rows["name"])
    nothing = len(records.names)

    def least(key: np.ndarray, code: np.ndarray) -> np.ndarray:
        keys, group = np.unique(key, return_inverse=True)
        found = np.full(len(keys), nothing)
        np.minimum.at(found, group[is_known], code)
        return found[group]

    of_name = least(invention.code * len(name.names) + name.code, records.code)
    position = rows["position"].to_numpy().astype(np.int64)
    place = invention.code * (position.max() + 1) + position
    lowest, highest = (
        least(place, records.code),
        nothing - 1 - least(place, nothing - 1 - records.code),
    )
    found = np.where(of_name < nothing, of_name, np.where(lowest == highest, lowest, nothing))
    return records.names.take(pa.array(found, mask=found == nothing))
