"""Whence an applicant is, and which source says so.

In this order the first source that answers counts: the record itself; another publication of the
same invention; an address, behind the name or in a column of its own; the name, as a curated alias
or by a place in it; the office of the earliest priority (de Rassenfosse et al. 2013, where
inventions are filed first is where they are made); and last a form of company that one country
has. The script of a name says nothing: Chinese exports write foreign names in Chinese characters,
Korean ones in Hangul.
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

SOURCES = ("record", "family", "address", "name", "priority", "form")

_CN, _KANA = r"\x{4e00}-\x{9fff}", r"\x{3040}-\x{30ff}"

# Towns, provinces and countries as words of plain names. Only those of one country.
_PLACES: tuple[tuple[str, str], ...] = (
    ("TW", r"台湾|台灣|台北|新竹| (TAIWAN|TAIPEI|HSINCHU) "),
    ("HK", r"香港| (HONG KONG|HONGKONG) "),
    (
        "US",
        r"美国| (USA|U S A|AMERICA|AMERICAN|NORTH AMERICA|UNITED STATES|US NAVY|US ARMY"
        r"|US AIR FORCE|CALIFORNIA|MASSACHUSETTS|MICHIGAN|TEXAS|FLORIDA) ",
    ),
    (
        "JP",
        r"日本| (JAPAN|NIHON|NIPPON|TOKYO|OSAKA|KYOTO|NAGOYA|TOHOKU|KYUSHU|HOKKAIDO|YOKOHAMA|KOBE) "
        r"|[國国]立大[學学]法人|公立大学法人|独立行政法人|[国國]立研究[開开][発发]法人"
        r"|(一般|公益)(財団|社団|财团|社团)法人",
    ),
    (
        "KR",
        r"韩国|韓国|首尔|한국|대한민국|서울|산학협력단|과학기술원|[产産]学[协協]力[团団]"
        r"| (KOREA|SEOUL|BUSAN|DAEJEON|IUCF|UIF|IND ACADEMIC COOP"
        r"|IND UNIV COOP FOUND|RES BUSINESS FOUND) |대학교",
    ),
    (
        "DE",
        r"德国| (DEUTSCHLAND|GERMANY|DEUTSCHE\p{L}*|BUNDESREPUBLIK|MUENCHEN|MÜNCHEN|BERLIN"
        r"|AACHEN|DRESDEN|KARLSRUHER?|STUTTGART|DARMSTADT|BRAUNSCHWEIG) ",
    ),
    ("FR", r"法国| (FRANCE|FRAN[CÇ]AIS\p{L}*|PARIS|ONERA) "),
    ("GB", r"英国| (UK|UNITED KINGDOM|BRITISH|LONDON) "),
    ("CH", r"瑞士| (SCHWEIZ|SWITZERLAND|SUISSE|Z(Ü|UE|U)RICH|LAUSANNE|EPFL) "),
    ("NL", r"荷兰| (NEDERLAND\p{L}*|NETHERLANDS|TNO) "),
    ("SE", r"瑞典| (SVERIGE|SWEDEN) "),
    ("BE", r"比利时| (BELGIUM|BELGIQUE|BELGIE|IMEC|LEUVEN) "),
    ("AT", r"奥地利| (AUSTRIA|OESTERREICH|ÖSTERREICH) "),
    ("IT", r"意大利| (ITALIA|ITALY) "),
    ("ES", r"西班牙| (ESPANA|ESPAÑA|SPAIN) "),
    ("DK", r"丹麦| (DANMARK|DENMARK) "),
    ("NO", r"挪威| (NORGE|NORWAY) "),
    ("FI", r"芬兰| (FINLAND) "),
    ("IE", r"(?:^|[^北])爱尔兰| (IRELAND) "),
    ("IL", r"以色列| (ISRAEL) "),
    ("SG", r"新加坡| (SINGAPORE) "),
    ("CA", r"加拿大| (CANADA) "),
    ("AU", r"澳大利亚| (AUSTRALIA) "),
    (
        "CN",
        r"中国|北京|上海|天津|重庆|深圳|广州|广东|杭州|浙江|南京|江苏|苏州|无锡|常州|武汉|湖北|长沙"
        r"|湖南|成都|四川|西安|陕西|沈阳|大连|辽宁|哈尔滨|黑龙江|吉林|长春|济南|青岛|山东|合肥|安徽"
        r"|福建|福州|厦门|南昌|江西|郑州|河南|石家庄|河北|太原|山西|昆明|云南|贵州|贵阳|广西|南宁|海南"
        r"|兰州|甘肃|青海|宁夏|新疆|内蒙古|东莞|佛山|珠海|中山市|惠州|宁波|温州|嘉兴|绍兴|泉州|烟台|徐州"
        r"|南通|扬州|镇江|芜湖|株洲|洛阳|西南交通|华中科技|华南理工|电子科技大学|同济|复旦|国防科技|国防科学"
        r"| (CHINA|CHINESE|BEIJING|SHANGHAI|SHENZHEN|GUANGZHOU|GUANGDONG|HANGZHOU|NANJING|WUHAN"
        r"|CHENGDU|XIAN|XI AN|TIANJIN|CHONGQING|SUZHOU|HEFEI|DALIAN|SHENYANG|HARBIN|QINGDAO"
        r"|ZHEJIANG|JIANGSU|SHANDONG|HUNAN|HUBEI|SICHUAN|ANHUI|DONGGUAN|ZHUHAI|GUANGXI|ZHENGZHOU"
        r"|XIAMEN|FUJIAN|JILIN|CHANGCHUN|CHANGSHA|JINAN|WUXI|NINGBO|FOSHAN|KUNMING|SHAANXI|LIAONING"
        r"|TIANSHUI|TONGJI|FUDAN|BEIHANG|SZ) ",
    ),
)
# Forms that companies of one country have, or nearly only they.
_FORMS: tuple[tuple[str, str], ...] = (
    (
        "JP",
        rf"[{_KANA}].*(株式会社|有限会社)|(株式会社|有限会社).*[{_KANA}]|合同会社"
        r"|가부시키|가부시끼| (KABUSHIKI|KAISHA|GAISHA|DAIGAKU|KENKYUSHO|SEISAKUSHO) ",
    ),
    ("KR", r"주식회사| 주 |재단법인|학교법인"),
    ("DE", r" (GMBH|KGAA|MBH|E V) |게엠베하|ゲーエムベーハー"),
    ("FR", r" (SARL|SAS) "),
    ("IT", r" (SPA|S P A|SRL) "),
    ("NL", r" (BV|B V) "),
    ("SE", r" (AB|AKTIEBOLAG(ET)?) "),
    ("FI", r" (OY|OYJ) "),
    ("US", r"인코포레이티드|インコーポレイテッド"),
)
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


def _of_words(name: Column, words: tuple[tuple[str, str], ...]) -> Column:
    padded = F.concat(F.lit(" "), name, F.lit(" "))
    verdict = F.lit(None).cast("string")
    for country, pattern in reversed(words):
        verdict = F.when(padded.rlike(pattern), country).otherwise(verdict)
    return verdict


def place_of(name: Column) -> Column:
    """Return the country of a place in a plain name; null where it has none.

    >>> rows = [("BAIDU USA LLC",), ("清华大学",), ("北京航空航天大学",)]
    >>> df = spark.createDataFrame(rows, "name string")
    >>> df.select(place_of(F.col("name")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     US|
    |   NULL|
    |     CN|
    +-------+
    <BLANKLINE>
    """
    return _of_words(name, _PLACES)


def form_of(name: Column) -> Column:
    """Return the country whose form of company a plain name has; null where it has none.

    >>> df = spark.createDataFrame([("ACME GMBH",), ("三星电子株式会社",)], "name string")
    >>> df.select(form_of(F.col("name")).alias("country")).show()
    +-------+
    |country|
    +-------+
    |     DE|
    |   NULL|
    +-------+
    <BLANKLINE>
    """
    return _of_words(name, _FORMS)


def country_of(name: Column, owner: Column, *, affiliates: str) -> Column:
    """Return the country that a plain name tells by its owner or a place; null where by neither.

    Args:
        name: as from :func:`patentcore.technologies.sectors.plain`.
        owner: the country of the owner on the curated list; null where it has none.
        affiliates: ``owner``: a subsidiary is of its owner's country; ``location``: of the place
            in its name.

    >>> rows = [("BAIDU USA LLC", "CN"), ("西门子 中国 有限公司", "DE"), ("ACME BERLIN", None)]
    >>> df = spark.createDataFrame(rows, "name string, owner string")
    >>> df.select(
    ...     *(
    ...         country_of(F.col("name"), F.col("owner"), affiliates=by).alias(by)
    ...         for by in ("owner", "location")
    ...     )
    ... ).show()
    +-----+--------+
    |owner|location|
    +-----+--------+
    |   CN|      US|
    |   DE|      CN|
    |   DE|      DE|
    +-----+--------+
    <BLANKLINE>
    """
    place = place_of(name)
    return F.coalesce(owner, place) if affiliates == "owner" else F.coalesce(place, owner)


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
            address_country (of a column of addresses), told_country (by the name) and form_country
            (by its form of company), office (of the earliest priority); one row for each applicant
            of each publication.

    >>> rows = spark.createDataFrame(
    ...     [
    ...         ("A", 0, "ACME", "us", None, None, "CN"),
    ...         ("A", 0, "爱科", None, "CN", None, "CN"),
    ...         ("B", 0, "Smith", None, None, None, "GB"),
    ...         ("C", 0, "Xyz GmbH", None, None, "DE", None),
    ...     ],
    ...     "invention string, position int, name string, given_country string, "
    ...     "told_country string, form_country string, office string",
    ... ).withColumns({"given": F.col("name"), "address_country": F.lit(None).cast("string")})
    >>> found = with_country(rows).orderBy("name")
    >>> found.select("name", "country", "side_source").show()
    +--------+-------+-----------+
    |    name|country|side_source|
    +--------+-------+-----------+
    |    ACME|     US|     record|
    |   Smith|     GB|   priority|
    |Xyz GmbH|     DE|       form|
    |    爱科|     US|     family|
    +--------+-------+-----------+
    <BLANKLINE>
    """
    record = F.nullif(F.upper(F.trim("given_country")), F.lit(""))
    rows = _with_family(rows.withColumn("_record", record))
    answers = {
        "record": F.col("_record"),
        "family": F.col("_family"),
        "address": F.coalesce(address_of(F.col("given")), "address_country"),
        "name": F.col("told_country"),
        "priority": F.col("office"),
        "form": F.col("form_country"),
    }
    added = rows.withColumns({f"_{name}": answer for name, answer in answers.items()})
    names = [f"_{name}" for name in SOURCES]
    source = F.coalesce(*(F.when(F.col(f"_{s}").isNotNull(), F.lit(s)) for s in SOURCES))
    return added.withColumns({"country": F.coalesce(*names), "side_source": source}).drop(*names)


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
