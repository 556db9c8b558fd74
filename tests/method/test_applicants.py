from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F

from patentcore.errors import ConfigError
from patentcore.method.applicants import (
    Listed,
    find_listed,
    is_one_of,
    normal_name,
    normal_name_column,
    read_names,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Huawei Technologies Co., Ltd.", "HUAWEI TECHNOLOGIES CO LTD"),
        ("Ｈｕａｗｅｉ　Technologies", "huawei technologies"),
        ("华为技术有限公司", "华为技术股份有限公司"),
        ("（株式会社）東芝", "東芝株式会社"),
        ("Robert Bosch G.m.b.H.", "ROBERT BOSCH GmbH"),
        ("AT&T Inc.", "AT & T"),
        ("Société Générale S. A.", "SOCIETE GENERALE SA"),
        ("Siemens Aktiengesellschaft", "SIEMENS AG"),
        ("Saab Scania Aktiebolag", "SAAB SCANIA AB"),
        ("BROSE GMBH & CO KOMMANDITGESELLSCHAFT", "Brose GmbH & Co. KG"),
        ("TELEFONAKTIEBOLAGET LM ERICSSON (PUBL)", "Telefonaktiebolaget LM Ericsson"),
        ("British Aerospace Public Limited Company", "British Aerospace plc"),
        ("AdasWorks Kft.", "ADASWORKS"),
        ("奥迪股份公司", "奥迪公司"),
        ("麦格纳斯太尔电池系统两合公司", "麦格纳斯太尔电池系统"),
        ("SAMSUNG ELECTRONICS CO.,LTD.", "Samsung Electronics Company, Limited"),
    ],
)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert normal_name(one) == normal_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Apple Inc.", "Applied Inc."),
        ("华为技术有限公司", "华为终端有限公司"),
        ("Coca Co", "Coca Cola"),
        ("Incyte", "cyte"),
        ("Societe Anonyme de Telecommunications", "Telecommunications"),
        ("有限公司", ""),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


def test_the_rule_is_the_same_for_columns(spark) -> None:
    pieces = st.sampled_from(
        ["Huawei", "CO", " ", ", ", "Ltd.", "（", "）", "有限公司", "华为", "&", "S.A.", "é", "ｂ",
         "株式会社", "\u3000", "-", "Group", "1", "・", "\n", "ß", "İ",
         "\r", "\x85", "\u2003", "\x1f"]
    )  # fmt: skip
    names: list[str] = []

    @settings(max_examples=300, database=None)
    @given(st.lists(pieces, max_size=8))
    def gather(parts: list[str]) -> None:
        names.append("".join(parts))

    gather()
    frame = spark.createDataFrame([(name,) for name in names], "name string")
    found = frame.select("name", normal_name_column(F.col("name"))).collect()
    assert dict(found) == {name: normal_name(name) for name in names}


def test_every_applicant_of_a_publication_is_compared_by_itself(spark) -> None:
    names = [
        "Huawei Co.",
        "有限公司",
        "公司 A",
        "CO",
        "-",
        "",
        "A\nB",
        "Ltd.",
        " ",
        "A B Inc",
        None,
    ]
    rows = [list(row) for n in range(4) for row in itertools.product(names, repeat=n)]
    frame = spark.createDataFrame(list(enumerate(rows)), "id int, applicants array<string>")
    listed = ["HUAWEI", "A", "co", "A B"]
    found = frame.select("id", is_one_of(F.col("applicants"), listed)).collect()
    wanted = {normal_name(name) for name in listed}
    expected = {
        i: any(name is not None and normal_name(name) in wanted for name in row)
        for i, row in enumerate(rows)
    }
    assert dict(found) == expected
    assert 0 < sum(expected.values()) < len(rows)


def test_nobody_is_called_nothing(spark) -> None:
    frame = spark.createDataFrame([([],), (["-"],), (["A"],)], "applicants array<string>")
    assert frame.where(is_one_of(F.col("applicants"), ["..."])).count() == 0


@pytest.fixture
def patents(spark):
    rows = [
        ("1", [("HUAWEI TECHNOLOGIES CO LTD",), ("Someone",)]),
        ("2", [("华为技术（有限公司）",)]),
        ("3", [("Huawei Device Co., Ltd.",)]),
        ("4", [("Huawei Device Co., Ltd.",)]),
        ("5", [("Zhongxing Telecom",), (None,)]),
        ("6", None),
    ]
    return spark.createDataFrame(
        rows, "publication_number string, applicants array<struct<name: string>>"
    )


def test_an_enterprise_and_its_aliases_select_the_corpus(patents) -> None:
    names = ["Huawei Technologies", "华为技术有限公司"]
    kept = patents.where(is_one_of(F.col("applicants.name"), names))
    assert {row.publication_number for row in kept.collect()} == {"1", "2"}


def test_each_name_comes_with_its_publications_and_near_misses(patents) -> None:
    names = ["Huawei Technologies", "Huawei", "Zhongxin Telecom Corp.", "西门子"]
    found = {listed.name: listed for listed in find_listed(patents, names)}
    assert [found[name].publications for name in names] == [1, 0, 0, 0]
    # Also where some publications are found, what was missed is told.
    assert found["Huawei"].near == (
        ("Huawei Device Co., Ltd.", 2),
        ("HUAWEI TECHNOLOGIES CO LTD", 1),
    )
    assert found["Zhongxin Telecom Corp."].near == (("Zhongxing Telecom", 1),)
    assert str(found["西门子"]) == "no applicant is called 西门子"
    assert "near: Zhongxing Telecom (1)" in str(found["Zhongxin Telecom Corp."])


def test_a_name_that_found_some_publications_says_which_others_it_may_mean(spark) -> None:
    rows = [([("PayPal Inc",)],), ([("PAYPAL INC.,San Jose,CA,US",)],), ([("PAYPAL, INC.",)],)]
    frame = spark.createDataFrame(rows, "applicants array<struct<name: string>>")
    (found,) = find_listed(frame, ["PayPal Inc"])
    assert str(found) == "PayPal Inc found 2 publications; near: PAYPAL INC.,San Jose,CA,US (1)"


def test_the_list(tmp_path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("\ufeff# ours\n华为技术有限公司 | Huawei ｜ HW\n\n中兴\n", encoding="utf-8")
    assert read_names(str(path)) == ["华为技术有限公司", "Huawei", "HW", "中兴"]
    path.write_text("# nobody\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="names no enterprise"):
        read_names(str(path))


@pytest.mark.parametrize("path", ["/nowhere/names", "x" * 5000, "a\0b", "/no\n/where", "/"])
def test_a_list_that_cannot_be_read_is_told_in_one_short_line(path: str) -> None:
    with pytest.raises(ConfigError, match="cannot be read: ") as caught:
        read_names(path)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_names_are_printed_without_what_moves_the_cursor() -> None:
    assert str(Listed("A\x1b[2J", 0, (("B\r\u202e", 1),))).isprintable()
