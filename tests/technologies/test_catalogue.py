from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from patentcore.errors import ConfigError
from patentcore.results.compare import reference
from patentcore.technologies.catalogue import load
from patentcore.technologies.matching import needles
from tests.conftest import ROOT

CATALOGUE = ROOT / "conf" / "technologies.toml"


def test_it_holds_table_6_as_printed() -> None:
    entries = {technology.name_en: technology for technology in load(CATALOGUE).values()}
    printed = reference("table6_technology_status")
    assert len(printed) == 35
    for row in printed:
        technology = entries[row["technology"]]
        assert technology.type == row["technology_type"]
        assert technology.published.broken_through is (row["broken_through"] == "yes")
        assert ", ".join(technology.published.units) == row["r_and_d_units"]
        assert technology.name_zh


def test_it_says_what_each_technology_is_in_both_languages() -> None:
    entries = load(CATALOGUE).values()
    assert all(one.scope_en and one.scope_en.endswith(".") for one in entries)
    assert all(one.scope_zh and one.scope_zh.endswith("。") for one in entries)
    assert len({one.scope_en for one in entries} | {one.scope_zh for one in entries}) == 78


def test_it_holds_every_technical_field_of_table_5() -> None:
    fields = {technology.technical_field for technology in load(CATALOGUE).values()}
    assert {row["technical_field"] for row in reference("table5_core_degree")} <= fields


def test_whatever_is_said_names_its_source() -> None:
    told = {name: one.attributes for name, one in load(CATALOGUE).items()}
    said = {
        (name, attribute)
        for name, one in told.items()
        for attribute in one.model_dump(exclude={"sources"}, exclude_none=True)
    }
    assert said == {(name, attribute) for name, one in told.items() for attribute in one.sources}
    assert len(said) > 150
    assert all(len(source) > 10 for one in told.values() for source in one.sources.values())


def test_software_is_a_product_and_surveying_a_process() -> None:
    software = (
        *("operating_system", "core_industrial_software", "aeronautical_design_software"),
        "database_management_system",
    )
    said = {name: one.attributes for name, one in load(CATALOGUE).items()}
    assert {said[name].form for name in software} == {"integrated product"}
    assert said["display_system"].form == "integrated product"
    assert said["robot_core_algorithm"].form == "material or part"
    assert said["geological_exploration"].form == "process"
    # All software but that of aircraft alone is of the general-purpose kind.
    assert [name for name in software if said[name].layout == "generic"] == [
        *("operating_system", "core_industrial_software", "database_management_system")
    ]


def test_no_word_is_said_twice() -> None:
    # Nor a plural that is looked for anyhow, nor as a weak word what is a keyword.
    doubled = []
    for name, one in load(CATALOGUE).items():
        both = one.keywords + one.weak_keywords
        of_lists = (one.keywords, one.keywords), (one.weak_keywords, both)
        for words, among in (*of_lists, (one.not_keywords, one.not_keywords)):
            said = Counter(needle for word in among for needle in needles(word))
            doubled += [(name, word) for word in words if said[needles(word)[0]] > 1]
    assert doubled == []


def test_what_paper_h_says_of_shield_machines_is_said_of_their_main_bearing() -> None:
    said = load(CATALOGUE)["boring_machine_main_bearing"]
    found = said.attributes.model_dump(exclude={"sources"}, exclude_none=True)
    of_table_2 = {
        "standardised": False,
        "niche_market": True,
        "users": ("enterprises",),
        "patents": "closed",
        "talent": "enterprises",
    }
    assert found.items() >= of_table_2.items()
    assert all("Table 2" in said.attributes.sources[name] for name in of_table_2)
    assert list(said.upstream) == ["bearing_steel"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no technology"),
        ("x = [", "cannot be read"),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\ncodes = ['B23B']\n"
            "[drill.attributes.sources]\nstrategic = 'a list'",
            "sources.strategic is of no attribute that is said",
        ),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\ncodes = ['B23B']\n"
            "[drill.upstream]\nsteel = 'a list'",
            "drill.upstream: steel is no other technology",
        ),
        ("[drill]\nname_zh = '钻'\nname_en = 'd'", "drill: has neither keywords nor codes"),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\nkeyword_en = ['d']",
            "unknown key drill.keyword_en; did you mean drill.keywords_en?",
        ),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\ncodes = ['B23B']\n"
            "[drill.attributes]\nstandardized = true",
            "did you mean drill.attributes.standardised?",
        ),
        ("[drill]\nname_zh = '钻'\nname_en = 'd'\ncodes = ['B2']", "is no subclass"),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\ncodes = ['B23B51/04..02']",
            "ends before it begins",
        ),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\nweak_keywords_en = ['bit']",
            "drill: weak_keywords need context",
        ),
        ("[drill]\nname_en = 'd'\ncodes = ['B23B']", "drill.name_zh: field required"),
        (
            "[drill]\nname_zh = '钻'\nname_en = 'd'\nkeywords_en = ['--']",
            "neither letter nor digit",
        ),
    ],
)
def test_what_does_not_fit_names_the_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert message in str(caught.value)


def test_a_missing_catalogue_is_named() -> None:
    with pytest.raises(ConfigError, match=r"technologies\.catalogue: /nowhere"):
        load("/nowhere.toml")
