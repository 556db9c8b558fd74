from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from patentcore.results.compare import reference
from patentcore.technologies import matching
from patentcore.technologies.assignment import assign
from patentcore.technologies.catalogue import Technology, load
from tests.factories import patents
from tests.technologies.test_catalogue import CATALOGUE

DRILL = Technology(
    name_zh="钻头",
    name_en="Drill",
    keywords_zh=("ITO靶材", "钻头"),
    keywords_en=("drill bit",),
    weak_keywords_en=("bit",),
    not_keywords=("dental",),
    head_keywords=("reamer", "铰刀"),
    codes=("B23B51", "E21B10/26..265"),
    context=("E21B",),
)


def assigned(spark: SparkSession, *rows: dict) -> list[tuple[str, str, str] | None]:
    nothing = {"title": "Chair", "ipc": ["A47C1/00"], "cpc": None, "abstract": None}
    found = assign(patents(spark, *({**nothing, **row} for row in rows)), {"drill": DRILL})
    by_number = {
        row.publication_number: (row.grade, row.rule, row.matched) for row in found.collect()
    }
    return [by_number.get(f"CN{100000001 + i}A") for i in range(len(rows))]


def told_by_titles(spark: SparkSession, titles: dict[str, str]) -> set[tuple[str, str, str]]:
    """Return what the shipped catalogue makes of titles alone, by publication number."""
    rows = [
        {"publication_number": number, "title": title, "ipc": None, "cpc": None}
        for number, title in titles.items()
    ]
    found = assign(patents(spark, *rows), load(CATALOGUE)).collect()
    return {(row.technology, row.publication_number, row.grade) for row in found}


def test_each_rule_and_its_evidence(spark: SparkSession) -> None:
    assert assigned(
        spark,
        {"ipc": ["B23B51/02"]},
        {"ipc": None, "cpc": ["E21B10/26", "A47C1/00"]},
        {"ipc": ["A47C1/00", "B23B51/02"], "cpc": ["B23B51/04"]},
        {"ipc": ["e21b 7/00"], "cpc": ["e21b 10/265"]},
        {"title": "Drill-Bits for rock"},
        {"title": "A bit", "ipc": ["E21B7/00"]},
        {"abstract": "It has drill bits.", "ipc": ["E21B7/00"]},
        {"title": "一种高强度钻头及其制造方法"},
        {"title": "一种ito 靶材的制备"},
        {"title": "Drill bit", "ipc": ["B23B51/02"]},
    ) == [
        ("core", "main code", "B23B51"),
        ("core", "main code", "E21B10/26..265"),
        ("core", "codes", "B23B51"),
        ("use", "code", "E21B10/26..265"),
        ("core", "title", "drill bit"),
        ("core", "title+code", "bit"),
        ("use", "abstract+code", "drill bit"),
        ("core", "title", "钻头"),
        ("core", "title", "ITO靶材"),
        ("core", "main code", "B23B51"),
    ]


def test_devices_are_chips_in_the_old_places_and_the_new(spark: SparkSession) -> None:
    """Where IPC had and has transistors, wiring, packages, memories; then what is none of these."""
    chips = ("H01L21/336", "H10D30/01", "H01L29/78", "H10D62/10", "H01L21/3205", "H10W20/01")
    chips += ("H01L23/498", "H10W70/60", "H01L27/24", "H10B63/00", "H01L21/28", "H10D64/01")
    others = ("H01L29/786", "H10D30/67", "H01L21/66", "H10P74/00", "H01L25/13", "H10H29/10")
    others += ("H01L23/34", "H10W40/00", "H01L27/146", "H10F39/12")
    rows = [{"title": "Device", "ipc": [code], "cpc": None} for code in chips + others]
    found = assign(patents(spark, *rows), load(CATALOGUE)).collect()
    numbers = {f"CN{100000001 + i}A" for i in range(len(chips))}
    core = {(row.technology, row.publication_number) for row in found if row.grade == "core"}
    assert core == {("chip", number) for number in numbers}


def test_traditional_characters_and_terms_of_taiwan(spark: SparkSession) -> None:
    """Titles as Taiwan's office prints them; of codes none, so that words alone tell."""
    titles = {
        "chip": "動態隨機存取記憶體及其操作方法",
        "laser_radar": "光達系統及其校正方法",
        "photoresist": "感光性樹脂組成物",
        "high_strength_stainless_steel": "麻田散鐵系不鏽鋼",
        "medical_imaging_components": "Ｘ射線管",
        "scanning_electron_microscope": "掃描式電子顯微鏡",
    }
    numbers = [f"TWI{800001 + i}B" for i in range(len(titles))]
    told = told_by_titles(spark, dict(zip(numbers, titles.values(), strict=True)))
    assert told == {(name, number, "core") for name, number in zip(titles, numbers, strict=True)}


def test_japanese_and_korean_words_are_found_within_others(spark: SparkSession) -> None:
    titles = {
        "milling_cutter": "超硬エンドミル",
        "electroacoustic_transducer": "多層圧電スピーカの製造方法",
        "lithium_battery_separator": "다공성분리막의 제조 방법",
        "laser_radar": "차량용라이다 센서",
    }
    numbers = [f"JP{2000000001 + i}A" for i in range(len(titles))]
    told = told_by_titles(spark, dict(zip(numbers, titles.values(), strict=True)))
    assert told == {(name, number, "core") for name, number in zip(titles, numbers, strict=True)}


def test_simplified_characters_are_no_terms_of_taiwan(spark: SparkSession) -> None:
    """晶片 is a chip in Taiwan, and a piece of crystal on the mainland and in Japan."""
    rows = [
        {"publication_number": number, "title": title, "ipc": None, "cpc": None}
        for number, title in (
            ("TWI800001B", "晶片結構"),
            ("CN100000001A", "石英晶片切割机"),
            ("JP2000000001A", "水晶片の製造方法"),
        )
    ]
    found = assign(patents(spark, *rows), load(CATALOGUE)).collect()
    assert [(row.technology, row.publication_number) for row in found] == [("chip", "TWI800001B")]


def test_what_does_not_belong(spark: SparkSession) -> None:
    rows = [
        {"ipc": ["B23B510/02"]},  # another main group
        {"ipc": ["E21B10/00"]},  # another subgroup, and no word
        {"ipc": ["E21B10/2"]},  # before the range, though its digits begin alike
        {"ipc": ["E21B10/27"]},  # behind the range
        {"title": "Drill bitumen"},  # not a whole word
        {"title": "A drill, bit by bit"},  # a comma between
        {"title": "A bit"},  # a weak word without its frame
        {"abstract": "It has drill bits."},  # an abstract without its frame
        {"title": "Dental drill bit"},  # ruled out
        {"title": None, "abstract": None, "ipc": None, "cpc": None},
    ]
    assert assigned(spark, *rows) == [None] * len(rows)


def test_what_has_only_a_part_in_it(spark: SparkSession) -> None:
    rows = [
        {"ipc": ["A47C1/00", "E21B10/26"]},  # mainly about something else
        {"ipc": ["A47C1/00"], "cpc": ["E21B10/26"]},  # IPC tells what it is mainly about
        {"ipc": ["A47C1/00", "A47C3/00", "B23B51/02", "B23B51/04"]},  # two of four are too few
        {"title": "Dental drill bit", "ipc": ["B23B51/02"]},  # its title says something else
    ]
    assert [one and one[0] for one in assigned(spark, *rows)] == ["use"] * len(rows)


def test_what_the_title_names_as_a_means(spark: SparkSession) -> None:
    assert assigned(
        spark,
        {"title": "Boring of rock with a drill bit"},
        {"title": "Rig with a bit", "ipc": ["E21B7/00"]},
        {"title": "采用钻头的机床"},
        {"title": "采用金刚石的钻头"},
        {"title": "Powder by grinding for drill bits"},  # a purpose is no means
        {"title": "Rig without drill bits"},
        {"title": "Rig with a mast, and a drill bit"},  # nor is what follows a pause
        {"title": "Using a drill bit"},  # nor what the title begins with
        {"title": "Rig with a diamond", "ipc": ["B23B51/02"]},  # codes do not care
        {"title": "Drill bit with a dental mirror"},  # what else it is, is a means
        {"title": "Chair with a dental drill bit"},  # what else the means is
    ) == [
        ("use", "means", "drill bit"),
        ("use", "means", "bit"),
        ("use", "means", "钻头"),
        ("core", "title", "钻头"),
        ("core", "title", "drill bit"),
        ("core", "title", "drill bit"),
        ("core", "title", "drill bit"),
        ("core", "title", "drill bit"),
        ("core", "main code", "B23B51"),
        ("core", "title", "drill bit"),
        None,
    ]


def test_what_a_title_without_symbols_is_of(spark: SparkSession) -> None:
    without = {"ipc": None, "cpc": None}
    assert assigned(
        spark,
        {"title": "Expansion reamer having a pin", **without},
        {"title": "Method for making a reamer, and its use", **without},
        {"title": "一种可调铰刀及其制造方法", **without},
        {"title": "Reamer holder", **without},
        {"title": "Lubricant for a reamer", **without},
        {"title": "Dental reamer", **without},
        {"title": "Reamer"},  # its symbols say something else
    ) == [
        ("core", "title", "reamer"),
        ("core", "title", "reamer"),
        ("core", "title", "铰刀"),
        None,
        None,
        None,
        None,
    ]


def test_a_patent_may_belong_to_several_technologies(spark: SparkSession) -> None:
    found = assign(
        patents(spark, {"title": "激光雷达芯片及其操作系统", "ipc": ["G01S17/89"]}), load(CATALOGUE)
    )
    assert {row.technology for row in found.collect()} == {
        "laser_radar",
        "chip",
        "operating_system",
    }


def test_the_patents_of_table_5_carry_the_printed_field(spark: SparkSession) -> None:
    from patentcore.synthetic.published import TABLE_5

    catalogue = load(CATALOGUE)
    rows = [
        {"publication_number": p.number, "title": f"一种{p.subject}", "ipc": [p.main_ipc]}
        for p in TABLE_5
    ]
    found = assign(patents(spark, *rows), catalogue).collect()
    for row in reference("table5_core_degree"):
        fields = {
            catalogue[hit.technology].technical_field
            for hit in found
            if hit.publication_number == row["publication_number"]
        }
        assert row["technical_field"] in fields, row


def test_a_text_is_normalised_alike_while_another_thread_looks_its_characters_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = pa.array(["Drill-Bit, 一种ITO靶材"])
    seen: list[str] = []

    patterns = matching._PATTERNS

    class Interrupted:
        """Patterns between which another normalises the same text."""

        is_other = False

        def items(self) -> Iterator[tuple[int, str]]:
            for pair in patterns.items():
                yield pair
                if not self.is_other:
                    self.is_other = True
                    seen.append(matching.normalised(texts).texts()[0])
                    self.is_other = False

    monkeypatch.setattr(matching, "_KINDS", np.zeros_like(matching._KINDS))
    monkeypatch.setattr(matching, "_PATTERNS", Interrupted())
    assert matching.normalised(texts).texts()[0] == " drill bit | 一种 ito 靶材 "
    assert seen == [" drill bit | 一种 ito 靶材 "] * len(seen)
    assert seen
