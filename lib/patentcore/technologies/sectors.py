"""What an applicant is: enterprise, university, institute, government or individual.

Names are read by rules in Chinese, English, German, Japanese, Korean and romanised Japanese.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.technologies.owners import SECTOR_OF_KIND
from patentcore.words.company_forms import COMMON, LATIN
from patentcore.words.text import half_width

SECTORS = ("enterprise", "university", "institute", "government", "individual")

# In order: the first that matches decides. Latin patterns see capitals, words parted by blanks.
_RULES: tuple[tuple[str, str], ...] = (
    # A company that a university or an institute runs is a company in law: its form ends the name.
    # So are what people trade as without a company, and a company's branches.
    (
        "enterprise",
        r"(公司|集团|集團|厂|廠|株式会社|株式會社|有限会社|合同会社|有限合伙|合伙企业|商行|合作社|事务所"
        r"|(经营|服务|加工|门市|销售|事业)部|供电局|电业局|公司.*(局|部|厅)| 株| 주|공사)\p{P}?$",
    ),
    (
        "enterprise",
        r"^ ?(株式会社|株式會社|有限会社|合同会社|株 |주 )|주식회사|가부시키|가부시끼"
        r"|유한회사|코포레이션|인코포레이티드|インコーポレイテッド|コーポレイション|コーポレーション|リミテッド|게엠베하|캄파니"
        r"|ゲーエムベーハー|ゲゼルシャフト|ハフツング|アクチボラゲット|게젤샤프트|악티엔게젤샤프트",
    ),
    # Germany's research centres are companies in law.
    ("institute", r"^ (KERN)?FORSCHUNGSZENTRUM |^ HELMHOLTZ ZENTRUM "),
    # So is one whose Latin name ends with a form, whatever words are in it; N.V. is N V here.
    ("enterprise", rf" ({'|'.join(COMMON)}|MBH|PTY LTD|N V|B V|L L C|S P A|S R L|S A R L)$"),
    ("government", r"^ ?대한민국|청장 ?$"),
    # A university's hospital and its institute abroad or in another town are bodies of their own.
    ("institute", r"(医院|醫院|研究院| HOSPITAL)$"),
    ("university", r"대학교|산학협력단|产学协力团|産学協力団|과학기술원"),
    ("institute", r"연구원|연구소|研究機構|研究开发机构|研究開発法人|研究开发法人|行政法人"),
    ("university", r"大学|大學"),
    # An academy of sciences, before the colleges that its last two characters name.
    ("institute", r"研究院|研究所|科学院|科學院|工程院|研究中心|实验室|設計院|设计院|试验所"),
    ("university", r"学院|學院|高等专科学校|学校"),
    ("institute", r"协会|学会|医院|(財団|社団|财团|财團|財團)法人|中心$"),
    (
        "government",
        r"政府|委员会|指挥部|管理局|研究局|办公室|部队|(局|部|厅|海关|法院|检察院|庁|庁長官)$",
    ),
    (
        "university",
        r" (UNIV|UNIVERSIT\p{L}*|UNIVERSIDADE?|UNIVERSIDAD|COLLEGE|POLYTECHNIC\p{L}*|POLITECNICO"
        r"|INST(ITUTE?)? OF (SCI(ENCE)? )?(AND )?TECH\p{L}*|INST (SCI(ENCE)? )?(AND )?TECH\p{L}*"
        r"|INSA|INSTITUT F(Ü|UE|U)R TECHNOLOGIE|H[ÖO]E?GSKOLAN?|HOCHSCHULE|RWTH"
        r"|FACHHOCHSCHULE|TECHNISCHE UNIV\p{L}*|ETH Z(Ü|UE|U)RICH|EPFL|DAIGAKU|GAKUIN|GAKKO"
        r"|IUCF|UIF|IND ACADEMIC COOP\p{L}*|ECOLE|ÉCOLE|REGENTS|ALUMNI) ",
    ),
    ("university", r"\p{L}*UNIVERSITAET |\p{L}+HOCHSCHULE "),
    (
        "government",
        r" (GOVERNMENT|MINISTRY|SECRETARY OF|DEPARTMENT OF|DEPT OF|(US|U S) GOVT?|AIR FORCE"
        r"|UNITED STATES OF AMERICA|NAT AERONAUTICS|NASA|ADMINISTRATION|MINISTERIUM"
        r"|BUNDESREPUBLIK|BUNDESAMT|AGENCY|BUREAU|MUNICIPAL\p{L}*|KANCHO|MINIST[EÈ]?RE|MINISTERI?O|NAVY|ARMY"
        r"|[EÉ]TAT FRAN[CÇ]AIS|(HER|HIS) MAJESTY) ",
    ),
    (
        "institute",
        r" (INSTITUTE?S?|INSTITUT|AKADEMIE|ACAD[EÉ]MIE"
        r"|RESEARCH (FOUNDATION|COUNCIL)|INST|ACADEMY|ACAD"
        r"|(RES(EARCH)?|INNOVATION) CENT(ER|RE)|COUNCIL (OF )?SCIEN\p{L}*"
        r"|SCIENTIFIC (AND )?IND(USTRIAL)? RES(EARCH)?|SRI INT(ERNATIONAL)?"
        r"|RES(EARCH)? (AND )?(DEVELOPMENT )?ORGANI[SZ]ATION|CONSIGLIO NAZIONALE|CONSEJO SUPERIOR"
        r"|(CENTRE|OFFICE) NATIONAL|BUNDESANSTALT|ONDERZOEK|TNO|IMEC|SINTEF|VTT|RIKEN|STIFTUNG"
        r"|LABORATOR\p{L}+|FRAUNHOFER\p{L}*|MAX PLANCK\p{L}*|HELMHOLTZ\p{L}*|CNRS|INRIA|CEA|ONERA"
        r"|COMMISSARIAT|KENKYUSHO|KENKYUJO|KENKYU KAIHATSU HOJIN|KIKO|FORSCHUNGS\p{L}*"
        r"|DEUTSCHES ZENTRUM|DLR|ETRI|CSIR\p{L}*|HOSPITAL|SOCIETY|FOUNDATION|E V) ",
    ),
    (
        "enterprise",
        rf" ({'|'.join(LATIN)}|ASA|YK|KABUSHIKI|YUGEN|GAISHA|KAISHA|SDN"
        r"|GROUP|HOLDING\p{L}*|ENTERPRISES?|INDUSTR\p{L}*"
        r"|SEISAKUSHO|KOGYO|DENKI|DENSHI|TECHNOLOG\p{L}*|SYSTEMS|LABS|MFG|WORKS"
        r"|(AKTIEN|KOMMANDIT)?GESELLSCHAFT|AKTIEBOLAG(ET)?|SOCI[EÉ]T[EÉ]|COMPAGNIE"
        r"|HAFTUNG|WERKE?|MOTORS?|ELECTRIC|ELECTRONICS|SOFTWARE"
        r"|MOBILITY|INTERNATIONAL) ",
    ),
    ("individual", r"^ ?[\x{4e00}-\x{9fff}]{2,4} ?$"),
)


# Innovation platforms (Liu & Zou, 4.3): national, key and joint laboratories, innovation centres.
_PLATFORM = (
    r"国家实验室|重点实验室|创新中心|工程技术研究中心|工程研究中心|联合实验室|共性技术平台"
    r"| (NATIONAL|NAT|STATE KEY|KEY|JOINT) LAB(S|ORATOR\p{L}+)? | INNOVATION CENT(ER|RE) "
    r"| ENGINEERING RES(EARCH)? CENT(ER|RE) "
)


def is_platform(name: Column) -> Column:
    """Tell whether a plain name is of an innovation platform.

    >>> names = [("国家新能源汽车技术创新中心",), ("SANDIA NATIONAL LABORATORIES",), ("KEYENCE",)]
    >>> df = spark.createDataFrame(names, "name string")
    >>> df.select(is_platform(F.col("name")).alias("is_platform")).show()
    +-----------+
    |is_platform|
    +-----------+
    |       true|
    |       true|
    |      false|
    +-----------+
    <BLANKLINE>
    """
    return F.concat(F.lit(" "), name, F.lit(" ")).rlike(_PLATFORM)


def plain(name: Column) -> Column:
    """Return a name in half-width capitals, its punctuation dropped, with single blanks.

    Forms of company in one character are as in brackets: ㈱ as (株), ㈜ as (주).

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
    spelt = F.regexp_replace(F.regexp_replace(half_width(name), "㈱", "(株)"), "㈜", "(주)")
    return F.trim(F.regexp_replace(F.upper(spelt), r"[\s\p{P}]+", " "))


def sector_of(
    name: Column,
    sector_words: Mapping[Any, Sequence[str]] | None = None,
    *,
    kind: Column | None = None,
) -> Column:
    """Return the sector that a plain name tells; null where it tells none.

    Words of the configuration decide first, then the curated list of owners, then the rules.

    Args:
        name: as from :func:`plain`.
        sector_words: words that decide before all else.
        kind: of the owner on the curated list; null where it has none.

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
    for named, sector_of_kind in SECTOR_OF_KIND.items():
        if kind is not None and sector_of_kind:
            verdict = F.when(kind == named, sector_of_kind).otherwise(verdict)
    for sector, words in (sector_words or {}).items():
        for word in words:
            verdict = F.when(name.contains(word.upper()), sector).otherwise(verdict)
    return verdict
