"""The cases that the papers judge, each as a small literal data set, through the whole stage.

Paper H: speech AI, shield machines, two-bombs-one-satellite and TD-SCDMA, with every row of its
Tables 1, 2, 4 and 5. Paper M: EUV lithography, aviation tyres and bearing steel (section 2.2.1),
liquid crystal displays, which serve many industries (3.1), a technology in exploration everywhere
(2.1), large aircraft and nuclear power stations (2.2.3). Paper C: CRRC and Huawei, told apart by
the four mechanisms. Years are counted back from the year of the judgement, 2021 in the data.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from pyspark.sql import Row, SparkSession

from patentcore import config, schemas
from patentcore.lake.tables import TableStore
from patentcore.stages.pipeline import run_stage
from patentcore.technologies import judgements as j
from patentcore.technologies.questions import QUESTIONS
from tests.factories import citations, patents

NOW = 2021

# Filings of each year, the last one in the year of the judgement.
YOUNG = (1, 1, 2, 4, 8, 16, 32)
GROWN_UP = (1, 2, 4, 7, 9, 9, 7, 4, 2, 1, 1, 1)
FEW = (1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0)
NONE: tuple[int, ...] = ()
# Sixty inventions that double each year leave the saturation open: people say what filings do not.
EMERGING = {"stage": '"emerging"'}


@dataclass(frozen=True)
class Case:
    """What a paper says of a technology, as figures."""

    domestic: tuple[int, ...]
    foreign: tuple[int, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    foreign_owners: int = 2
    is_general: bool = True
    new_pairs_since: int = 9999


CASES = {
    "speech_ai": Case(
        YOUNG,
        YOUNG,
        {
            "public_good": '"none"',
            "standardised": "false",
            "niche_market": "true",
            "government_will": "true",
            "users": '["consumers", "enterprises"]',
            "industrialisation": '"supply chain"',
            "talent": '"universities"',
            **EMERGING,
        },
        foreign_owners=30,
    ),
    "shield_machine": Case(
        FEW,
        GROWN_UP,
        {
            "public_good": '"none"',
            "standardised": "false",
            "niche_market": "true",
            "government_will": "true",
            "form": '"integrated product"',
            "users": '["enterprises"]',
            "patents": '"closed"',
            "talent": '"enterprises"',
        },
    ),
    "two_bombs_one_satellite": Case(
        NONE,
        NONE,
        {
            "public_good": '"pure"',
            "niche_market": "true",
            "government_will": "true",
            "strategic": "true",
            "users": '["government"]',
            "patents": '"none"',
            "industrialisation": '"not required"',
            "talent": '"state teams"',
        },
    ),
    "td_scdma": Case(
        FEW,
        GROWN_UP,
        {
            "public_good": '"semi"',
            "standardised": "true",
            "government_will": "true",
            "users": '["government", "consumers"]',
            "patents": '"pooled"',
            "industrialisation": '"alliance"',
        },
        foreign_owners=20,
        new_pairs_since=NOW - 4,
    ),
    "euv_lithography": Case(FEW, GROWN_UP, {"standardised": "true"}),
    "aviation_tyre": Case((0, 0, 1), GROWN_UP),
    "bearing_steel": Case(NONE, GROWN_UP),
    "liquid_crystal_display": Case(FEW, GROWN_UP, foreign_owners=9),
    "in_exploration": Case(YOUNG, YOUNG, EMERGING, new_pairs_since=0),
    "large_aircraft": Case(FEW, GROWN_UP, {"strategic": "true"}),
    "nuclear_station": Case(YOUNG, YOUNG, {"strategic": "true", **EMERGING}),
    "young_by_patents_alone": Case(YOUNG, YOUNG),
    "narrow_speciality": Case(FEW, GROWN_UP, is_general=False),
    "high_speed_rail": Case(GROWN_UP, GROWN_UP),
}

# Paper C: what CRRC and Huawei filed, as owners with country and sector, people with their country,
# main groups, literature cited, and the year. Semiconductors are upstream of converters.
CRRC, HUAWEI = ("CRRC Zhuzhou Institute", "CN", "enterprise"), ("Huawei Ltd", "CN", "enterprise")
JIAOTONG = ("Southwest Jiaotong University", "CN", "university")
LABORATORY = ("State Key Laboratory of Traction Power", "CN", "institute")
# A centre abroad, which is the Chinese owner's by its name.
CENTRE = ("Huawei Technologies Duesseldorf GmbH", None, "enterprise")
TORONTO, OPTICS = ("University of Toronto", "CA", "university"), ("Optics Ltd", "CN", "enterprise")
PEOPLE = {"Smith": "CA", "Bauer": "DE"}
CONVERTER, SEMICONDUCTOR, NETWORK = "traction converter", "power semiconductor", "optical network"
FILED = {
    "C1": (CONVERTER, [CRRC, JIAOTONG], ["Wang", "Li"], ["B61C3/00", "H02M7/00"], 2, 2015),
    "C2": (CONVERTER, [CRRC, JIAOTONG], ["Wang", "Zhao"], ["B61C3/00"], 1, 2017),
    "C3": (CONVERTER, [CRRC, JIAOTONG, LABORATORY], ["Qian"], ["H02M7/00"], 1, 2018),
    "C4": (SEMICONDUCTOR, [CRRC], ["Sun"], ["H10D1/00"], 0, 2016),
    "H1": (NETWORK, [HUAWEI, TORONTO], ["Chen", "Smith"], ["H04B10/00"], 0, 2016),
    "H2": (NETWORK, [CENTRE], ["Chen", "Bauer"], ["H04B10/00"], 0, 2017),
    "H3": (NETWORK, [HUAWEI], ["Zhou"], ["H04L12/00"], 0, 2018),
    "H4": (NETWORK, [HUAWEI, OPTICS], ["Liu"], ["H04L12/00"], 0, 2018),
}
FILED_LINKS = [("C2", "C1"), ("C3", "C4"), ("H3", "H2")]
CHAIN = f"""
[converter]
name_zh = "牵引变流器"
name_en = "converter"
keywords_en = ["{CONVERTER}"]
[converter.upstream]
semiconductor = "named by the example"
[semiconductor]
name_zh = "功率半导体"
name_en = "semiconductor"
keywords_en = ["{SEMICONDUCTOR}"]
[network]
name_zh = "光网络"
name_en = "network"
keywords_en = ["{NETWORK}"]
"""


def filed() -> list[dict]:
    """Return the inventions of CRRC and Huawei as rows of the table of patents."""
    return [
        {
            "publication_number": key,
            "application_number": key,
            "title": title,
            "application_date": dt.date(year, 6, 1),
            "applicants": owners,
            "inventors": people,
            "inventor_addresses": [(name, PEOPLE.get(name, "CN"), None) for name in people],
            "ipc": codes,
            "npl_citation_count": literature,
        }
        for key, (title, owners, people, codes, literature, year) in FILED.items()
    ]


def word(name: str) -> str:
    return name.replace("_", " ")


def rows_of(name: str, case: Case, number: int) -> tuple[list[dict], list[tuple[str, str]]]:
    rows, links = [], []
    for side, counts in (("CN", case.domestic), ("XX", case.foreign)):
        for back, count in enumerate(reversed(counts)):
            for i in range(count):
                year = NOW - back
                key = f"{name}-{side}-{year}-{i}"
                owner = f"{name} {side} Ltd {(i + 3 * back) % case.foreign_owners}"
                pair = f"G01N{len(rows) + 50}/00" if year >= case.new_pairs_since else "G01N1/00"
                rows.append(
                    {
                        "publication_number": key,
                        "application_number": key,
                        "title": f"A {word(name)}",
                        "application_date": dt.date(year, 6, 1),
                        "applicants": [(owner, side, "enterprise")],
                        "ipc": [f"B0{number % 10}C{number}/00", pair],
                    }
                )
                fields = ("A01B", "G06F", "H04L") if case.is_general else ("H04L",) * 3
                links += [(f"citing-{code}-{j}", key) for j, code in enumerate(fields)]
    return rows, links


@pytest.fixture(scope="module")
def result(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> TableStore:
    folder = tmp_path_factory.mktemp("cases")
    catalogue = folder / "cases.toml"
    entries = [
        f'[{name}]\nname_zh = "{name}"\nname_en = "{name}"\nkeywords_en = ["{word(name)}"]\n'
        f"[{name}.attributes]\n"
        + "\n".join(f"{key} = {value}" for key, value in case.attributes.items())
        for name, case in CASES.items()
    ]
    catalogue.write_text("\n".join([*entries, CHAIN]), encoding="utf-8")
    rows, links = [], []
    for number, (name, case) in enumerate(CASES.items()):
        more_rows, more_links = rows_of(name, case, number)
        rows, links = rows + more_rows, links + more_links
    citing = sorted({(citing, citing.split("-")[1]) for citing, _ in links})
    rows += [
        {
            "publication_number": key,
            "application_number": key,
            "title": "Chair",
            "ipc": [f"{code}1/00"],
        }
        for key, code in citing
    ]
    source = TableStore.open(spark, str(folder / "corpus"))
    source.write(patents(spark, *rows, *filed()), "patents")
    source.write(citations(spark, *links, *FILED_LINKS), "citations")
    result = TableStore.open(spark, str(folder / "result"))
    result.write(spark.createDataFrame([], schemas.SCORES), "scores")
    run_stage(
        spark,
        config.parse(
            {"scoring": {"reference_year": NOW + 2}, "technologies": {"catalogue": str(catalogue)}}
        ),
        stage="technologies",
        source=str(folder / "corpus"),
        output=str(folder / "result"),
    )
    return result


@pytest.fixture(scope="module")
def judged(result: TableStore) -> dict[tuple[str, str], Row]:
    found = result.read("technology_judgements").collect()
    assert len(found) == (len(CASES) + 3) * len(QUESTIONS)
    return {(row.technology, row.question): row for row in found}


# The tables of paper H row by row: aspect, trait and effect as printed; the question that reads it,
# and what its verdict, window or barrier says.
SPEECH, SHIELD, BOMBS, TD = "speech_ai", "shield_machine", "two_bombs_one_satellite", "td_scdma"
TABLES = [
    (SPEECH, "技术", "新兴技术,早期商业化还未实现", "国内外技术水平相差不大",
     "technology", "window", "little accumulation is needed"),
    (SPEECH, "产品", "商品/不完全标准化", "为企业打入利基市场提供机会",
     "product", "window", "not standardised: room for other products"),
    (SPEECH, "市场", "中文特色市场", "对本土企业提供无形的市场保护和进入壁垒",
     "market", "window", "a domestic niche that foreign products do not serve"),
    (SPEECH, "用户", "终端用户、企业用户", "商业应用广泛,并形成应用生态",
     "product", "window", "wide use makes an ecosystem"),
    (SPEECH, "模式", "企业自主攻关、产学研深度合作",
     "产学研合作为技术突破与后续发展提供基础理论和技术支撑",
     "organisation", "verdict", j.ENTERPRISE_LED),
    (SPEECH, "产业化", "进入华为(成熟)供应链,构建产业生态",
     "起步期进入成熟的产业链为后续发展奠定良好基础",
     "market", "window", "an established supply chain takes it up"),
    (SPEECH, "人才", "高校创业团队", "高校为技术提供人才支撑",
     "institution", "window", "people come from universities"),
    (SHIELD, "技术", "复杂技术系统、相关技术成熟度高",
     "技术攻关要实现架构与零部件两个维度;技术成熟领域实现追赶的可能性更高",
     "technology", "window", "a settled paradigm: import, absorb, re-innovate"),
    (SHIELD, "产品", "非标、个性化、定制化", "为突破提供了市场机会",
     "product", "window", "not standardised: room for other products"),
    (SHIELD, "市场", "开放市场,多元化需求。需要结合不同地质地貌特点",
     "非标准化导致不存在市场垄断,并提供利基市场",
     "market", "window", "diverse demand: customised products"),
    (SHIELD, "用户", "企业型用户", "共同参与技术产品的改进升级",
     "product", "window", "enterprises that use it improve it"),
    (SHIELD, "专利", "国外企业专利封锁", "增加技术突破难度",
     "technology", "barrier", "foreign patents block"),
    (SHIELD, "模式", "以企业为主体的产学研联盟", "为技术突破与发展提供支撑",
     "organisation", "verdict", j.LEADING_ENTERPRISE),
    (SHIELD, "人才", "主要企业大量吸引研发人才,坚持灵活的人才引进政策", "为技术攻克奠定基础",
     "institution", "window", "enterprises draw people"),
    (BOMBS, "技术", "重大工程类技术、复杂系统技术", "需要调配的部门广泛",
     "institution", "window", "resources and coordination by the state"),
    (BOMBS, "产品", "纯公共品",
     "政府主导,并以实现目标为准则,不以商业化为目的,但攻关后的细分技术具有商业价值",
     "product", "window", "the state carries it: the goal counts, not the market"),
    (BOMBS, "市场", "技术封锁下市场独占", "技术路线资助选择,以实现目标为准则",
     "market", "verdict", "niche"),
    (BOMBS, "用户", "政府", "用户组织主导的攻关成功率高",
     "product", "window", "the state as a user steers it"),
    (BOMBS, "专利", "无专利", "无专利壁垒",
     "technology", "barrier", "none: no patents"),
    (BOMBS, "模式", "政府主导的科研院所和工厂联合攻关", "科研力量支撑充分,工程化试验得以保障",
     "organisation", "verdict", j.STATE_LED),
    (BOMBS, "产业化", "无先进技术标准和产业化要求",
     "不需要市场检验和产品迭代,也缺乏相应市场竞争,达到目标即可",
     "market", "window", "no industry has to be built"),
    (BOMBS, "人才", "顶尖科学家和爱国精神激励的人才团队", "技术部门和功能部门人才的目标高度一致",
     "institution", "window", "teams of leading scientists share one aim"),
    (TD, "技术", "技术代际更迭明显", "为后来技术突破提供“机会窗口”",
     "technology", "window", "a new paradigm challenges the old one"),
    (TD, "产品", "标准化,并具备一定公共品属性", "为政府有效干预提供机会",
     "product", "window", "public procurement opens the market"),
    (TD, "市场", "开放市场,需求有限多元", "为技术提供了选择主导权",
     "market", "verdict", "standardised"),
    (TD, "用户", "政府/国企采购,终端用户使用", "为自主技术路线发展提供机会",
     "product", "window", "the state as a user steers it"),
    (TD, "专利",
     "拥有专利的国有企业将专利开放给联盟伙伴;持有标准的外国企业少收专利费以推动标准普及",
     "为后进企业实现技术跨越提供机会",
     "technology", "window", "patents are open to partners"),
    (TD, "主体", "企业联盟;国有企业+民营企业突破技术标准", "推动建立自有标准商业化",
     "organisation", "verdict", j.ALLIANCE),
    (TD, "产业化", "国有企业+民营企业成立联盟推动产业化;电信运营商率先采用自主标准进行组网",
     "产业联盟及政府推动成为主流标准,保障了新技术的市场份额",
     "market", "window", "an alliance brings it to the market"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLES, ids=lambda row: f"{row[0]}-{row[1]}")
def test_every_row_of_the_tables_of_paper_h_is_judged(judged: dict, row: tuple) -> None:
    name, _, _, _, question, field, said = row
    assert said in judged[name, question][field].split("; ")


def test_who_leads_and_by_which_system(judged: dict) -> None:
    """Conclusions 2 and 3 of paper H."""
    assert judged["shield_machine", "lead_by_form"].verdict == "leading enterprises"
    assert judged["td_scdma", "lead_by_form"].reason == "not known: form"
    systems = {name: judged[name, "system"].verdict for name in (SPEECH, SHIELD, BOMBS, TD)}
    assert systems == {SPEECH: j.NEW, SHIELD: j.NEW, BOMBS: j.TRADITIONAL, TD: j.NEW}


WINDOWS = [
    # technology, product, market, institution, organisation
    ("speech_ai", "emerging", "commodity", "niche", "government will", j.ENTERPRISE_LED),
    ("shield_machine", "mature", "commodity", "niche", "government will", j.LEADING_ENTERPRISE),
    (
        "two_bombs_one_satellite",
        "unknown",
        "pure public good",
        "niche",
        "government will",
        j.STATE_LED,
    ),
    (
        "td_scdma",
        "transition",
        "semi-public good",
        "standardised",
        "government will",
        j.ALLIANCE,
    ),
]


@pytest.mark.parametrize("case", WINDOWS, ids=lambda case: case[0])
def test_the_four_windows_of_paper_h(judged: dict, case: tuple) -> None:
    name, *expected = case
    questions = ("technology", "product", "market", "institution", "organisation")
    assert [judged[name, question].verdict for question in questions] == expected


def test_the_barriers_of_the_four_cases(judged: dict) -> None:
    barrier = {name: judged[name, "technology"].barrier for name, *_ in WINDOWS}
    assert "foreign patents block" in barrier["shield_machine"]
    assert barrier["speech_ai"] == "weak basic research and commercial strength"
    assert barrier["two_bombs_one_satellite"] == "none: no patents"
    assert "accumulation" in barrier["td_scdma"]
    assert "block" not in barrier["td_scdma"]


# Class, cause, mode and lead by the propositions 1 to 6 of paper M.
GENERIC = (
    "key generic",
    "subject dislocation",
    "spiral progressive",
    "leading enterprises, guided by the government, in strategic cooperation with universities "
    "and institutes",
)
FRONTIER = (
    "cutting-edge",
    "path dependence",
    "jungle competition",
    "the whole industry chain as equals, driven by the market",
)
STRATEGIC = (
    "major strategic",
    "resource misallocation",
    "main layout",
    "state organisations, from the top down",
)


@pytest.mark.parametrize(
    ("name", "absence", "expected"),
    [
        ("euv_lithography", j.FOREIGN_STRONG, GENERIC),
        ("aviation_tyre", j.FOREIGN_STRONG, GENERIC),
        ("bearing_steel", j.FOREIGN_STRONG, GENERIC),
        ("liquid_crystal_display", j.FOREIGN_STRONG, GENERIC),
        ("in_exploration", j.BOTH_WEAK, FRONTIER),
        ("large_aircraft", j.FOREIGN_STRONG, STRATEGIC),
        ("nuclear_station", j.BOTH_WEAK, STRATEGIC),
        ("narrow_speciality", j.FOREIGN_STRONG, (j.NO_CLASS, *("not applicable",) * 3)),
        ("high_speed_rail", j.BOTH_STRONG, (j.NO_ABSENCE, *("not applicable",) * 3)),
        # Without patents nothing tells that the domestic side is weak, so that there is an absence.
        ("two_bombs_one_satellite", "unknown", ("unknown",) * 4),
    ],
)
def test_classes_with_cause_mode_and_lead(
    judged: dict, name: str, absence: str, expected: tuple
) -> None:
    assert judged[name, "absence"].verdict == absence
    found = tuple(judged[name, q].verdict for q in ("class", "cause", "mode", "lead"))
    assert found == expected


def test_a_young_curve_alone_is_refused(judged: dict) -> None:
    for question in ("technology", "status", "absence"):
        assert judged["young_by_patents_alone", question].verdict == "unknown"
    reason = judged["young_by_patents_alone", "technology"].reason
    assert reason == "the fit ends at a bound: no saturation is in sight"


def test_the_status_follows_the_domestic_side(judged: dict) -> None:
    assert judged["high_speed_rail", "status"].verdict == "yes"
    assert judged["euv_lithography", "status"].verdict == "no"
    assert judged["two_bombs_one_satellite", "status"].verdict == "unknown"


def test_rows_carry_what_they_rest_on(judged: dict) -> None:
    row = judged["euv_lithography", "status"]
    assert row.figures["domestic_share"] == pytest.approx(2 / 50)
    assert row.thresholds["strong_share"] == 0.3
    assert row.reason is None
    unknown = judged["two_bombs_one_satellite", "status"]
    assert "no patents" in unknown.reason
    assert "domestic_share" not in unknown.figures


def test_the_four_mechanisms_tell_crrc_and_huawei_apart(result: TableStore) -> None:
    """Paper C, by hand: science and subjects at home, its own chain; partners and people abroad."""
    found = {row.enterprise: row for row in result.read("enterprises").collect()}
    crrc, huawei = found["CRRC"], found["Huawei"]
    # Sectors of joint inventions: enterprise and university 3 times each, institute once; 2 and 1.
    of_crrc = (math.log(7) - 6 * math.log(3) / 7) / math.log(5)
    of_huawei = (math.log(3) - 2 * math.log(2) / 3) / math.log(5)
    expected = {
        # citing literature, with science, joint (points), its citations (chains), components
        # (networks)
        "iur_basic_research": (
            (3 / 4 + 3 / 4 + 3 / 4 + 1 + 1) / 5,
            (0 + 1 / 4 + 1 / 4 + 0 + 0) / 5,
        ),
        # entropy, repeated ties, inventors of several owners, alliances of three, centres
        "iur_subjects": (
            (of_crrc + 1 / 2 + 4 / 5 + 1 / 4 + 1 / 4) / 5,
            (of_huawei + 0 + 3 / 5 + 0 + 0) / 5,
        ),
        # horizontal: two of three main groups, evenly; vertical: C3 cites C4 over the only link
        "iur_chain": ((math.log(2) / math.log(3) + 1) / 2, 0.0),
        # partners, people and centres of another country
        "iur_global": (0.0, (1 / 4 + 2 / 4 + 1 / 4) / 3),
    }
    for name, figures in expected.items():
        assert (crrc[name], huawei[name]) == pytest.approx(figures), name
    assert (crrc.team_count, huawei.team_count) == (3, 3)
    assert (crrc.vertical_links, huawei.vertical_links) == (1, None)


def test_ties_have_their_years(result: TableStore) -> None:
    rows = result.read("cooperation_pairs").where("technology = 'converter'").collect()
    years = {(row.applicant, row.partner): row.years for row in rows}
    university, laboratory = JIAOTONG[0].upper(), LABORATORY[0].upper()
    assert years["CRRC", university] == [2015, 2017, 2018]
    assert years["CRRC", laboratory] == years[university, laboratory][-1:] == [2018]
