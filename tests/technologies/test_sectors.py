"""What names tell: sector, owner, country; and whence the country of an applicant is known."""

from __future__ import annotations

import datetime as dt

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from patentcore.technologies.applicants import applicant_rows, holders, told_of_names
from patentcore.technologies.owners import SECTOR_OF_KIND, find, owners
from patentcore.technologies.sectors import plain, sector_of
from patentcore.technologies.sides import side_of
from tests.factories import patents

# name, sector, country by the name
NAMES = [
    ("清华大学", "university", "CN"),
    ("中国科学院微电子研究所", "institute", "CN"),
    ("中国科学院大学", "university", "CN"),
    ("中车工业研究院有限公司", "enterprise", "CN"),
    ("西安市科学技术局", "government", "CN"),
    ("国家语言文字工作委员会", "government", None),
    ("何季麟", "individual", None),
    ("トヨタ自動車株式会社", "enterprise", "JP"),
    ("Toyota Jidosha Kabushiki Kaisha", "enterprise", "JP"),
    ("Tokyo Daigaku", "university", "JP"),
    ("Rikagaku Kenkyusho", "institute", None),
    ("Fraunhofer-Gesellschaft zur Förderung der angewandten Forschung e.V.", "institute", "DE"),
    ("Robert Bosch GmbH", "enterprise", "DE"),
    ("Technische Universität München", "university", "DE"),
    ("Bundesrepublik Deutschland", "government", "DE"),
    ("Massachusetts Institute of Technology", "university", "US"),
    ("The Regents of the University of California", "university", "US"),
    ("Battelle Memorial Institute", "institute", None),
    ("United States of America as represented by the Secretary of the Navy", "government", "US"),
    ("SHENZHEN HUBSAN TECHNOLOGY CO. LTD.", "enterprise", "CN"),
    ("BEIHANG UNIV", "university", "CN"),
    ("BOEING CO", "enterprise", "US"),
    ("Acme", None, None),
    # Foreign names in Chinese characters: the script says nothing.
    ("ASML荷兰有限公司", "enterprise", "NL"),
    ("罗伯特·博世有限公司", "enterprise", "DE"),
    ("高通股份有限公司", "enterprise", "US"),
    ("西门子公司", "enterprise", "DE"),
    ("国立大学法人东京大学", "university", "JP"),
    ("日産自動車株式会社", "enterprise", "JP"),
    ("三星电子株式会社", "enterprise", "KR"),
    ("某某有限公司", "enterprise", None),
    ("퀄컴 인코포레이티드", "enterprise", "US"),
    ("クアルコム，インコーポレイテッド", "enterprise", "US"),
    # Words in other senses, and forms of company that decide.
    ("Acme Gesellschaft mit beschränkter Haftung", "enterprise", None),
    ("MIT KOREA CO LTD", "enterprise", "KR"),
    ("HARBIN INST OF TECHNOLOGY", "university", "CN"),
    ("TOYOTA RES INST INC", "enterprise", "JP"),
    ("株式会社デンソー", "enterprise", "JP"),
    ("주식회사 덴소", "enterprise", "JP"),
    ("주식회사 아무개", "enterprise", None),
    ("한국과학기술원", "university", "KR"),
    ("Ｂａｉｄｕ ＵＳＡ ＬＬＣ", "enterprise", "CN"),
    # Forms with stops, and countries in names.
    ("PSS Belgium N.V.", "enterprise", "BE"),
    ("Acme Research L.L.C.", "enterprise", None),
    ("Acme Canada Institute", "institute", "CA"),
    ("新加坡国立大学", "university", "SG"),
    ("北爱尔兰某某公司", "enterprise", None),
    # Forms of company in brackets or one character, and in full words.
    ("(株)デンソー", "enterprise", "JP"),
    ("㈱日立製作所", "enterprise", "JP"),
    ("아무개테크(주)", "enterprise", None),
    ("한국철도공사", "enterprise", "KR"),
    ("Acme Aktiengesellschaft", "enterprise", None),
    ("Aktiebolaget SKF", "enterprise", "SE"),
    ("Société Anonyme Acme", "enterprise", None),
    # What ends like a ministry and is a branch or a shop.
    ("广东电网有限责任公司东莞供电局", "enterprise", "CN"),
    ("苏州市某某经营部", "enterprise", "CN"),
    ("上海市公安局", "government", "CN"),
    ("대한민국(농촌진흥청장)", "government", "KR"),
    ("État français représenté par le délégué général", "government", "FR"),
    ("Her Majesty the Queen in Right of Canada", "government", "CA"),
    # A university's hospital, its institute elsewhere, and whatever else it has in its name.
    ("北京大学第三医院", "institute", "CN"),
    ("深圳清华大学研究院", "institute", "CN"),
    ("SEOUL NAT UNIV HOSPITAL", "institute", "KR"),
    ("首尔大学校产学协力团", "university", "KR"),
    ("Karlsruher Institut für Technologie", "university", "DE"),
    ("NARA INST SCI & TECH", "university", None),
    ("KOREA INST SCI & TECH", "institute", "KR"),
    ("ETH Zürich", "university", "CH"),
    ("Chalmers Tekniska Högskola", "university", None),
    ("国家新能源汽车技术创新中心", "institute", None),
    ("National Innovation Center of High Speed Train", "institute", None),
    ("国立研究開発法人物質・材料研究機構", "institute", "JP"),
    ("公益財団法人某某", "institute", "JP"),
    ("財團法人金屬工業研究發展中心", "institute", None),
    ("Council of Scientific & Industrial Research", "institute", None),
    ("Consiglio Nazionale delle Ricerche", "institute", None),
    ("IMEC VZW", "institute", "BE"),
    ("Nippon Example Corp", "enterprise", "JP"),
    # Foreign owners and bodies in other spellings and languages.
    ("ロベルト・ボッシュ・ゲゼルシャフト・ミト・ベシュレンクテル・ハフツング", "enterprise", "DE"),
    ("アクメ・ゲゼルシャフト・ミット・ベシュレンクテル・ハフツング", "enterprise", None),
    ("フラウンホッファー−ゲゼルシャフト", "institute", "DE"),
    ("사프란헬리콥터엔진스", "enterprise", "FR"),
    ("罗尔斯·罗伊斯公司", "enterprise", "GB"),
    ("罗尔斯-罗伊斯公司", "enterprise", "GB"),
    ("罗尔斯・罗伊斯公司", "enterprise", "GB"),
    ("MIT LINCOLN LABORATORY", "university", "US"),
    ("KK TOSHIBA", "enterprise", "JP"),
    ("Kabushiki Kaisha Toshiba", "enterprise", "JP"),
    ("The Board of Trustees of the Leland Stanford Junior University", "university", "US"),
    ("原子能与替代能源委员会", "institute", "FR"),
    ("GWANGJU INST SCIENCE & TECH", "university", None),
    ("NAT CHUNG SHAN INST SCIENCE & TECH", "institute", "TW"),
    ("US GOV AIR FORCE", "government", "US"),
    ("US AIR FORCE", "government", "US"),
    ("US NAVY", "government", "US"),
    ("Österreichische Akademie der Wissenschaften", "institute", "AT"),
    ("Ministère de la Défense", "government", None),
    ("INSA LYON", "university", "FR"),
    ("FORSCHUNGSZENTRUM JUELICH GMBH", "institute", "DE"),
    ("Helmholtz Zentrum München GmbH", "institute", "DE"),
    ("國立臺灣大學", "university", "TW"),
    ("國立大學法人東京大學", "university", "JP"),
    ("臺灣積體電路製造股份有限公司", "enterprise", "TW"),
    ("夏普株式会社", "enterprise", "JP"),
    ("株式会社普利司通", "enterprise", "JP"),
    ("米其林集团总公司", "enterprise", "FR"),
    ("西默有限公司", "enterprise", "NL"),
    ("保时捷股份公司", "enterprise", "DE"),
    ("湾流航空航天公司", "enterprise", "US"),
    ("Porsche AG", "enterprise", "DE"),
    ("GUANGZHOU AUTOMOBILE GROUP CO", "enterprise", "CN"),
    # What has a place's name and is elsewhere.
    ("UNIV BRITISH COLUMBIA", "university", "CA"),
    ("UNIV WESTERN ONTARIO LONDON", "university", "CA"),
    ("British Virgin Islands Holdings Ltd", "enterprise", None),
    ("American University of Beirut", "university", None),
    ("中国電力株式会社", "enterprise", "JP"),
    ("中国电力株式会社", "enterprise", "JP"),
    ("中国放送株式会社", "enterprise", None),
    ("中国电力科学研究院", "institute", "CN"),
]

# Spellings, renamed owners and subsidiaries; the owner that each goes by.
HARMONISED = {
    "ASML荷兰有限公司": "ASML",
    "LG新能源株式会社": "LG",
    "株 東芝": "Toshiba",
    "艾利森电话股份有限公司": "Ericsson",
    "KOREA POLYTECHNIC UNIV INDUSTRY ACADEMIC COOPERATION FOUNDATION": "Tech University of Korea",
    "한국산업기술대학교 산학협력단": "Tech University of Korea",
    "IUCF HYU": "Hanyang University",
    "HANGZHOU HIKROBOT TECH CO LTD": "Hikvision",
    "AUDIOVOX CORPORATION": "Voxx",
    "VOXX INTERNATIONAL CORPORATION": "Voxx",
    "LABTEC CORPORATION": "Logitech",
    "STANFORD RESEARCH INST INT": "SRI International",
    "TESLA MOTORS INC": "Tesla",
    "SOFTKINETIC SENSORS N V": "Sony",
    "TRIO KABUSHIKI KAISHA": "JVCKenwood",
    "HEWLETT PACKARD DEVELOPMENT COMPANY L P": "HP",
    "HEWLETT PACKARD ENTERPRISE DEVELOPMENT LP": "Hewlett Packard Enterprise",
}


def test_names_in_four_languages(spark: SparkSession) -> None:
    given = spark.createDataFrame([(name,) for name, _, _ in NAMES], "given string")
    rows = given.withColumn("name", plain(F.col("given")))
    told = rows.join(told_of_names(rows), on="name").select(
        "given", "told_sector", F.coalesce("told_country", "place_country").alias("country")
    )
    found = {row.given: (row.told_sector, row.country) for row in told.collect()}
    assert found == {name: (sector, country) for name, sector, country in NAMES}


@pytest.mark.parametrize(("name", "owner"), HARMONISED.items())
def test_owners_are_one_under_all_their_names(name: str, owner: str) -> None:
    found = find(name)
    assert found is not None
    assert found.name == owner


# Brands behind places in front of them.
BEHIND_PLACES = {
    "北京京东方光电科技有限公司": "BOE",
    "中国中车股份有限公司": "CRRC",
    "广东省深圳市腾讯计算机系统有限公司": "Tencent",
    "北京三星通信技术研究有限公司": "Samsung",
    "苏州三星电子有限公司": "Samsung",
    "三星 中国 半导体有限公司": "Samsung",
    "天津三星电机有限公司": "Samsung",
    "无锡村田电子有限公司": "Murata",
    "北京松下电子部品有限公司": "Panasonic",
    "大连东芝机车电气设备有限公司": "Toshiba",
    "南京LG新港显示有限公司": "LG",
    "上海ABB工程有限公司": "ABB",
    "空客直升机德国有限公司": "Airbus",
    "法国空中巴士公司": "Airbus",
    "荷蘭商ASML荷蘭公司": "ASML",
    "ベイジン バイドゥ ネットコム": "Baidu",
}
# Letters of brands inside other names, and others of a brand's first word.
OTHERS = (
    "北京东方雨虹防水技术股份有限公司",
    "南京东方激光有限公司",
    "北京东方锐镭科技有限公司",
    "北京东方计量测试研究所",
    "中国网络通信集团公司",
    "中国网通 集团 有限公司",
    "全国网络安全技术有限公司",
    "TESLA ENGINEERING LTD",
    "STANFORD MICRODEVICES INC",
    "北京",
    "中国",
)


@pytest.mark.parametrize(("name", "owner"), BEHIND_PLACES.items())
def test_brands_are_found_behind_places(name: str, owner: str) -> None:
    found = find(name)
    assert found is not None
    assert found.name == owner


@pytest.mark.parametrize("name", OTHERS)
def test_brands_are_not_found_inside_names(name: str) -> None:
    assert find(name) is None


def test_every_alias_is_of_one_owner_and_as_names_are_written(spark: SparkSession) -> None:
    aliases = [alias for one in owners() for alias in one.aliases]
    assert len(aliases) == len(set(aliases))
    assert {one.kind for one in owners()} <= set(SECTOR_OF_KIND)
    # Enterprises that no exchange lists may have no source.
    assert sum(not one.source for one in owners()) < 10
    assert {one.kind for one in owners() if not one.source} <= {
        "leading enterprise",
        "small enterprise",
    }
    frame = spark.createDataFrame([(alias,) for alias in aliases], "alias string")
    assert frame.where(plain(F.col("alias")) != F.col("alias")).collect() == []
    wrong = [alias for one in owners() for alias in one.aliases if find(alias) != one]
    assert not wrong


def test_words_of_the_configuration_decide_first(spark: SparkSession) -> None:
    verdict = sector_of(F.lit("ACME LTD"), {"institute": ["acme"]})
    assert spark.range(1).select(verdict.alias("s")).first().s == "institute"


def rows_of(spark: SparkSession, *given: dict, **settings: str) -> dict[tuple[str, int], Row]:
    frame = patents(spark, *given)
    if "invention" not in frame.columns:
        frame = frame.withColumn("invention", F.col("application_number"))
    found = applicant_rows(frame, **settings).collect()
    return {(row.publication_number, row.position): row for row in found}


def test_inventors_are_individuals_and_nulls_and_repeated_names_are_left_out(
    spark: SparkSession,
) -> None:
    given = [("Acme", "se", "government"), ("SMITH JOHN", None, None), (None, "CN", None)]
    found = rows_of(
        spark,
        {"applicants": [*given, ("Acme ", None, None)], "inventors": ["Smith, John"]},
        {"applicants": None},
    )
    assert {key[1]: (row.name, row.sector) for key, row in found.items()} == {
        0: ("ACME", "government"),
        1: ("SMITH JOHN", "individual"),
    }


def priority(country: str, day: int = 1, number: str | None = None) -> tuple:
    return (number or f"{country}{day}", country, dt.date(2018, 1, day))


def told_by(name: str, office: str | None = None, sector: str | None = None) -> dict:
    claimed = {"priorities": [priority(office)]} if office else {}
    return {"applicants": [(name, None, sector)], **claimed}


# What is given of the applicant and the patent; then country, side and source.
SIDES: list[tuple[dict, tuple]] = [
    ({"applicants": [("西门子公司", "us", None)]}, ("US", "foreign", "record")),
    ({"applicants": [("Paypal Inc.,San Jose,CA,US", None, None)]}, ("US", "foreign", "address")),
    ({"applicant_addresses": [("某某有限公司", "us", None)]}, ("US", "foreign", "address")),
    (
        {"applicant_addresses": [("别人", "US", None), ("某某有限公司", None, "广东省深圳市")]},
        ("CN", "domestic", "address"),
    ),
    ({"applicant_addresses": [("别人", "US", None)]}, (None, None, None)),
    ({"applicants": [("西门子公司", None, None)]}, ("DE", "foreign", "name")),
    ({"applicants": [("北京某某公司", None, None)]}, ("CN", "domestic", "place")),
    # Universities, institutes and governments are where their names say; companies need not be.
    (told_by("UNIV BERLIN", "US"), ("DE", "foreign", "place")),
    (told_by("北京某某研究所", "US"), ("CN", "domestic", "place")),
    (told_by("上海市公安局", "US"), ("CN", "domestic", "place")),
    (told_by("Acme Berlin", "US", "institute"), ("DE", "foreign", "place")),
    (told_by("BERLIN PACKAGING LLC", "US"), ("US", "foreign", "priority")),
    (told_by("PARIS BUSINESS PRODUCTS INC", "US"), ("US", "foreign", "priority")),
    (told_by("London Health Sciences Centre", "CA"), ("CA", "foreign", "priority")),
    (told_by("北京某某公司", "US"), ("US", "foreign", "priority")),
    # The place before the form, and the curated list before all of these.
    (told_by("Berlin Beteiligungen BV"), ("DE", "foreign", "place")),
    (told_by("BAIDU USA LLC", "US"), ("CN", "domestic", "name")),
    ({"priorities": [priority("KR", 2), priority("CN", 3)]}, ("KR", "foreign", "priority")),
    ({"priorities": [priority("US", 2), priority("CN", 1)]}, ("CN", "domestic", "priority")),
    # Of a day's priorities the least number decides; the PCT and several states' office tell less.
    (
        {"priorities": [priority("US", 1, "B"), priority("CN", 1, "A")]},
        ("CN", "domestic", "priority"),
    ),
    ({"priorities": [priority("WO")]}, (None, None, None)),
    ({"priorities": [(None, "FR", None)]}, ("FR", "foreign", "priority")),
    ({"priorities": [(None, "FR", None), (None, "US", None)]}, (None, None, None)),
    ({"priorities": [priority("EP")]}, ("EP", "foreign", "priority")),
    # Without the column of priorities: an own filing that is the earliest.
    ({"earliest_priority_date": dt.date(2014, 1, 1)}, ("CN", "domestic", "priority")),
    ({"earliest_priority_date": dt.date(2013, 1, 1)}, (None, None, None)),
    ({"applicants": [("Unheard GmbH", None, None)]}, ("DE", "foreign", "form")),
    # Its script alone never means China.
    ({"applicants": [("某某有限公司", None, None)]}, (None, None, None)),
]


def test_the_first_source_that_answers_tells_the_side(spark: SparkSession) -> None:
    nobody = {"applicants": [("某某有限公司", None, None)]}
    found = rows_of(spark, *({**nobody, **given} for given, _ in SIDES))
    sides = [(row.country, row.side, row.side_source) for _, row in sorted(found.items())]
    assert sides == [expected for _, expected in SIDES]


def test_another_publication_of_the_invention_tells_the_country(spark: SparkSession) -> None:
    known = {"application_number": "X", "applicants": [("Acme Corp", "SE", None)]}
    same = {"application_number": "X", "applicants": [("爱科米", None, None)]}
    found = rows_of(spark, known, same, {**same, "application_number": "Y"})
    assert [(row.country, row.side_source) for _, row in sorted(found.items())] == [
        ("SE", "record"),
        ("SE", "family"),
        (None, None),
    ]


@pytest.mark.parametrize(("affiliates", "country"), [("owner", "CN"), ("location", "US")])
def test_a_subsidiary_is_its_owners_or_its_locations(
    spark: SparkSession, affiliates: str, country: str
) -> None:
    given = {"applicants": [("BAIDU USA LLC", None, None)]}
    (row,) = rows_of(spark, given, affiliates=affiliates).values()
    assert (row.owner, row.country) == ("Baidu", country)


def test_the_european_office_is_foreign_to_china_and_says_nothing_in_germany(
    spark: SparkSession,
) -> None:
    country = F.lit("EP")
    row = spark.range(1).select(side_of(country, "CN").alias("cn"), side_of(country, "DE")).first()
    assert tuple(row) == ("foreign", None)


def holders_of(spark: SparkSession, *given: dict) -> DataFrame:
    frame = patents(spark, *given).withColumn("invention", F.lit("X"))
    return holders(applicant_rows(frame))


def test_owners_are_harmonised_and_hold_fractions(spark: SparkSession) -> None:
    """Two spellings of Bosch and one of BYD are two owners; the inventor beside them is none."""
    found = holders_of(
        spark,
        {"applicants": [("ROBERT BOSCH GMBH", None, None), ("LI LEI", None, None)]},
        {"applicants": [("罗伯特·博世有限公司", None, None), ("比亚迪股份有限公司", None, None)]},
    ).collect()
    assert {(row.name, row.side, row.share) for row in found} == {
        ("Bosch", "foreign", 0.5),
        ("BYD", "domestic", 0.5),
    }


def test_of_an_owners_publications_the_best_source_tells(spark: SparkSession) -> None:
    """A company's place gives way to another publication's priority, a university's does not."""
    names = [("BERLIN PACKAGING LLC", None, None), ("UNIV BERLIN", None, None)]
    found = holders_of(
        spark, {"applicants": names}, {"applicants": names, "priorities": [priority("US")]}
    ).collect()
    assert {(row.name, row.country, row.side_source) for row in found} == {
        ("BERLIN PACKAGING LLC", "US", "priority"),
        ("UNIV BERLIN", "DE", "place"),
    }


def test_people_own_what_nobody_else_owns(spark: SparkSession) -> None:
    (row,) = holders_of(spark, {"applicants": [("LI LEI", "CN", None)]}).collect()
    assert (row.name, row.sector, row.share) == ("LI LEI", "individual", 1.0)
