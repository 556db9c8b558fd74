"""Who an applicant is: enterprise, university, institute, government or individual, and whence.

Names are read by rules in Chinese, English, German and the romanisation of Japanese. A sector or
country that the record gives is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.words.company_forms import LATIN

SECTORS = ("enterprise", "university", "institute", "government", "individual")

# In order: the first that matches decides. Latin patterns see capitals, words parted by blanks.
_RULES: tuple[tuple[str, str], ...] = (
    # A company that a university or an institute runs is a company in law: its form ends the name.
    ("enterprise", r"(公司|集团|厂|株式会社|有限合伙\p{P}?|合伙企业\p{P}?)$"),
    ("university", r"大学|大學"),
    # An academy of sciences, before the colleges that its last two characters name.
    ("institute", r"研究院|研究所|科学院|科學院|工程院|研究中心|实验室|設計院|设计院|试验所"),
    ("university", r"学院|學院|高等专科学校|学校"),
    ("institute", r"协会|学会|医院"),
    ("government", r"政府|委员会|指挥部|管理局|研究局|办公室|部队|(局|部|厅)$"),
    (
        "university",
        r" (UNIV|UNIVERSIT\p{L}*|UNIVERSIDADE?|UNIVERSIDAD|COLLEGE|POLYTECHNIC\p{L}*|POLITECNICO"
        r"|INSTITUTE? OF (SCIENCE AND )?TECH\p{L}*|INST TECH\p{L}*|HOCHSCHULE|FACHHOCHSCHULE"
        r"|TECHNISCHE UNIV\p{L}*|TU|ETH|EPFL|KAIST|MIT|CALTECH|DAIGAKU|GAKUIN|GAKKO"
        r"|ECOLE|REGENTS|ALUMNI) ",
    ),
    ("university", r"\p{L}*UNIVERSITAET |\p{L}+HOCHSCHULE "),
    (
        "government",
        r" (GOVERNMENT|MINISTRY|SECRETARY OF|DEPARTMENT OF|DEPT OF|US NAVY|US ARMY|US AIR FORCE"
        r"|UNITED STATES OF AMERICA|NAT AERONAUTICS|NASA|ADMINISTRATION|MINISTERIUM"
        r"|BUNDESREPUBLIK|BUNDESAMT|AGENCY|BUREAU|MUNICIPAL\p{L}*|KANCHO|MINISTRE|NAVY|ARMY) ",
    ),
    (
        "institute",
        r" (INSTITUTE?S?|INSTITUT|RESEARCH (CENTER|CENTRE|FOUNDATION|COUNCIL)|RES INST|ACADEMY|ACAD"
        r"|LABORATOR\p{L}+|FRAUNHOFER\p{L}*|MAX PLANCK\p{L}*|HELMHOLTZ\p{L}*|CNRS|INRIA|CEA|ONERA"
        r"|COMMISSARIAT|KENKYUSHO|KENKYUJO|KENKYU KAIHATSU HOJIN|KIKO|FORSCHUNGS\p{L}*"
        r"|DEUTSCHES ZENTRUM|DLR|ETRI|CSIR\p{L}*|HOSPITAL|SOCIETY|FOUNDATION|E V) ",
    ),
    (
        "enterprise",
        rf" ({'|'.join(LATIN)}|ASA|YK|KABUSHIKI|YUGEN|GAISHA|KAISHA|SDN"
        r"|GROUP|HOLDING\p{L}*|ENTERPRISES?|INDUSTR\p{L}*"
        r"|SEISAKUSHO|KOGYO|DENKI|DENSHI|TECHNOLOG\p{L}*|SYSTEMS|LABS|MFG|WORKS|GESELLSCHAFT"
        r"|WERKE?|MOTORS?|ELECTRIC|ELECTRONICS|SOFTWARE|MOBILITY|INTERNATIONAL) ",
    ),
    ("individual", r"^ ?[\x{4e00}-\x{9fff}]{2,4} ?$"),
)

# Country by what only names of one country have; a place in China, or a form of company.
_COUNTRIES: tuple[tuple[str, str], ...] = (
    (
        "JP",
        r"株式会社|[\x{3040}-\x{30ff}]| (KABUSHIKI|KAISHA|GAISHA|DAIGAKU|KENKYUSHO|SEISAKUSHO) ",
    ),
    ("KR", r"[\x{ac00}-\x{d7af}]| (KOREA|KAIST|ETRI) "),
    ("TW", r"台湾|台灣|工業技術研究院| (TAIWAN) "),
    ("CN", r"[\x{4e00}-\x{9fff}]"),
    (
        "CN",
        r" (CHINA|CHINESE|BEIJING|SHANGHAI|SHENZHEN|GUANGZHOU|GUANGDONG|HANGZHOU|NANJING|WUHAN"
        r"|CHENGDU|XIAN|XI AN|TIANJIN|CHONGQING|SUZHOU|HEFEI|DALIAN|SHENYANG|HARBIN|QINGDAO"
        r"|ZHEJIANG|JIANGSU|SHANDONG|HUNAN|HUBEI|SICHUAN|ANHUI|DONGGUAN|ZHUHAI|GUANGXI|ZHENGZHOU"
        r"|TSINGHUA|BEIHANG|HUAWEI|ZTE|TENCENT|BAIDU|ALIBABA|SZ DJI|DJI|BOE) ",
    ),
    ("DE", r" (GMBH|KGAA|FRAUNHOFER\p{L}*|DEUTSCH\p{L}*|BUNDES\p{L}*) "),
    ("FR", r" (SARL|SAS|CNRS|COMMISSARIAT|ONERA) "),
    ("US", r" (LLC|UNITED STATES|US NAVY|US ARMY|NASA) "),
    ("SE", r" AB "),
)


def applicant_rows(
    patents: DataFrame, *, sector_words: Mapping[Any, Sequence[str]] | None = None
) -> DataFrame:
    """Return one row for each applicant of each patent.

    Args:
        patents: publication_number, applicants, inventors.
        sector_words: words of names that decide a sector before the built-in rules.

    Returns:
        publication_number, position (0 is the first applicant), name (capitals, single blanks),
        country, sector; null where neither the record nor the name tells. Applicants without a
        name, and repeated ones, are left out.

    >>> patents = spark.createDataFrame(
    ...     [("A", [("Siemens AG", None, None), ("Li, Ming", "cn", None)], ["LI MING"])],
    ...     "publication_number string, applicants array<struct<name string, country string, "
    ...     "sector string>>, inventors array<string>",
    ... )
    >>> applicant_rows(patents).orderBy("position").show()
    +------------------+--------+----------+-------+----------+
    |publication_number|position|      name|country|    sector|
    +------------------+--------+----------+-------+----------+
    |                 A|       0|SIEMENS AG|   NULL|enterprise|
    |                 A|       1|   LI MING|     CN|individual|
    +------------------+--------+----------+-------+----------+
    <BLANKLINE>
    """
    rows = patents.select(
        "publication_number",
        F.transform(F.coalesce("inventors", F.array().cast("array<string>")), plain).alias(
            "_people"
        ),
        F.posexplode("applicants").alias("position", "_applicant"),
    )
    name = plain(F.col("_applicant")["name"])
    return (
        rows.withColumn("name", name)
        .where(F.col("name") != "")
        .withColumns(
            {
                "country": F.coalesce(
                    F.upper(F.col("_applicant")["country"]), country_of(F.col("name"))
                ),
                "sector": F.coalesce(
                    F.col("_applicant")["sector"],
                    F.when(F.array_contains("_people", F.col("name")), F.lit("individual")),
                    sector_of(F.col("name"), sector_words or {}),
                ),
            }
        )
        .groupBy("publication_number", "name")
        .agg(
            F.min("position").alias("position"),
            F.min_by("country", "position").alias("country"),
            F.min_by("sector", "position").alias("sector"),
        )
        .select("publication_number", "position", "name", "country", "sector")
    )


def plain(name: Column) -> Column:
    """Return a name in capitals, its punctuation dropped, with single blanks.

    >>> df = spark.createDataFrame([("Siemens A.G.",), ("  Du Pont (UK) Ltd.",)], "name string")
    >>> df.select("name", plain(F.col("name")).alias("plain")).show()
    +-------------------+--------------+
    |               name|         plain|
    +-------------------+--------------+
    |       Siemens A.G.|   SIEMENS A G|
    |  Du Pont (UK) Ltd.|DU PONT UK LTD|
    +-------------------+--------------+
    <BLANKLINE>
    """
    return F.trim(F.regexp_replace(F.upper(name), r"[\s\p{P}]+", " "))


def sector_of(name: Column, sector_words: Mapping[Any, Sequence[str]] | None = None) -> Column:
    """Return the sector that a plain name tells; null where it tells none.

    Args:
        name: as from :func:`plain`.
        sector_words: words that decide before the built-in rules.

    >>> df = spark.createDataFrame([("SIEMENS AG",), ("BEIHANG UNIV",), ("ACME",)], "name string")
    >>> df.select("name", sector_of(F.col("name")).alias("sector")).show()
    +------------+----------+
    |        name|    sector|
    +------------+----------+
    |  SIEMENS AG|enterprise|
    |BEIHANG UNIV|university|
    |        ACME|      NULL|
    +------------+----------+
    <BLANKLINE>
    """
    padded = F.concat(F.lit(" "), name, F.lit(" "))
    verdict = F.lit(None).cast("string")
    for sector, pattern in reversed(_RULES):
        text = name if pattern.endswith("$") else padded
        verdict = F.when(text.rlike(pattern), sector).otherwise(verdict)
    for sector, words in (sector_words or {}).items():
        for word in words:
            verdict = F.when(name.contains(word.upper()), sector).otherwise(verdict)
    return verdict


def country_of(name: Column) -> Column:
    """Return the country that a plain name tells; null where it tells none.

    >>> df = spark.createDataFrame([("ROBERT BOSCH GMBH",), ("BEIHANG UNIV",)], "name string")
    >>> df.select("name", country_of(F.col("name")).alias("country")).show()
    +-----------------+-------+
    |             name|country|
    +-----------------+-------+
    |ROBERT BOSCH GMBH|     DE|
    |     BEIHANG UNIV|     CN|
    +-----------------+-------+
    <BLANKLINE>
    """
    padded = F.concat(F.lit(" "), name, F.lit(" "))
    verdict = F.lit(None).cast("string")
    for country, pattern in reversed(_COUNTRIES):
        verdict = F.when(padded.rlike(pattern), country).otherwise(verdict)
    return verdict
