"""Spellings of one document: which are one, which stay apart, and what becomes of their records."""

from __future__ import annotations

import csv
import io
import random
import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyspark.sql import functions as F

from patentcore.sources.ends import keys_of
from patentcore.sources.formats.patsnap import PatSnap
from patentcore.words.documents import (
    SETTLED,
    document_key,
    key_by_rules,
    kind_of,
    one_spelling,
    spelling_by_rules,
)
from patentcore.words.texts import GIVEN

ONE = """
KR20170053704A KR1020170053704A KR2017053704A
KR101234567B1 KR1234567B1 KR1012345670000B1
KR101234567 KR1012345670000
WO1992003002A1 WO9203002A1 WO92003002A1
JPH0512345A JP05012345A JP1993012345A JP5012345A JPH512345A
JP2000012345A JP200012345A
JP2003509876A JP2003509876W JP2003509876T
JPWO2004012345A1 JPWO04012345A1
EP0123456A1 EP123456A1 EP00123456A1
DE4012345A1 DE000004012345A1
RU2456789C2 RU0002456789C2
CH701234A2 CH000701234A2
AT5123U1 AT005123U1
AU1234599A AU199912345A
IN2010DE01234A IN1234DEL2010A
IN2010DN01234A IN1234DELNP2010A
MX2010012345A MXA2010012345A
MXPA01012345A MXPAA2001012345A
ZA200101234B ZA20011234B
CZ20010123A3 CZ2001123A3
HU0101234A2 HUP0101234A2
SG10201234567A1 SG10201234567XA1
HRP20221010A1 HRP20221010AA1
""".strip().splitlines()
# Two rights, kinds or years, or what may be either.
APART = """
KR200123456Y1 KR100123456B1
KR1019970050000 KR101997005
JP5012345A JP5012345B2
JPH0512345A JPH0512345U
JPH11123456A JPH0112345A
JP2000012345A JP2000012345U
AU1234599A AU9912345A
SG10201234567A SG10201234567B
HRP20221010A1 HRP20221010B1
US20150123456A1 US2015123456B2
""".strip().splitlines()


@pytest.fixture(scope="module")
def spelt(spark) -> dict[str, tuple[str, str, str]]:
    """Return the office's spelling, the key and the kind of each number above."""
    numbers = sorted({number for line in (*ONE, *APART) for number in line.split()})
    rows = spark.createDataFrame([(number,) for number in numbers], "number string")
    number = F.col("number")
    told = rows.select(number, one_spelling(number), document_key(number), kind_of(number))
    return {row[0]: tuple(row)[1:] for row in told.collect()}


@pytest.mark.parametrize("line", ONE)
def test_spellings_of_one_document_are_one(spelt, line: str) -> None:
    assert {spelt[number][0] for number in line.split()} == {line.split()[0]}
    assert len({spelt[number][1] for number in line.split()}) == 1


@pytest.mark.parametrize("line", APART)
def test_different_documents_stay_apart(spelt, line: str) -> None:
    one, other = line.split()
    assert spelt[one][0] != spelt[other][0]


def test_the_kind_stands_behind_the_number_s_own_letter(spelt) -> None:
    assert spelt["SG10201234567XA1"][2] == spelt["HRP20221010AA1"][2] == "A1"


OFFICES = "US DE CH HU MX SG HR AU BR CZ ZA EP KR WO JP TW JPH JPS USD HUP MXA BRPI JPWO"
BEGINS = ["0", "00", "19", "1999", "2004", "2015", "101999", "202005", "3", "7", "20"]
KINDS = ["A", "A1", "B", "B2", "U1", "T", "W", "Y1", "S", "D1", "XA1", "AA1"]


@pytest.fixture(scope="module")
def made_up() -> list[str]:
    """Return numbers of 1 to 15 digits of every office with rules, years and zeros among them."""
    chance = random.Random(5)

    def digits() -> str:
        serial = "".join(chance.choices("0123456789", k=chance.randint(1, 9)))
        return chance.choice(["", chance.choice(BEGINS)]) + serial

    return sorted(
        {
            chance.choice(OFFICES.split()) + digits() + chance.choice(["", *KINDS])
            for _ in range(4_000)
        }
    )


def test_the_short_way_for_settled_numbers_tells_what_the_rules_tell(spark, made_up) -> None:
    number = F.col("number")
    told = (
        spark.createDataFrame([(text,) for text in made_up], "number string")
        .select(
            number,
            number.rlike(SETTLED).alias("is_settled"),
            one_spelling(number).alias("spelling"),
            spelling_by_rules(number).alias("by_rules"),
            document_key(number).alias("key"),
            key_by_rules(number).alias("key_by_rules"),
        )
        .collect()
    )
    assert [row.number for row in told if row.spelling != row.by_rules] == []
    assert [row.number for row in told if row.key != row.key_by_rules] == []
    # Tasks that read tell them by another engine of expressions.
    settled = pc.match_substring_regex(pa.array([row.number for row in told]), SETTLED)
    assert settled.to_pylist() == [row.is_settled for row in told]
    changed = [row for row in told if row.spelling != row.number]
    assert len(changed) > 200
    assert sum(row.is_settled for row in told) > 200


def test_rules_tell_the_same_by_the_engine_and_by_arrow(spark, made_up) -> None:
    number = F.col("number")
    told = (
        spark.createDataFrame([(text,) for text in made_up], "number string")
        .select(
            number,
            spelling_by_rules(number).alias("spelling"),
            key_by_rules(number).alias("key_by_rules"),
            document_key(number).alias("key"),
        )
        .collect()
    )
    numbers = pa.array([row.number for row in told])
    assert spelling_by_rules(GIVEN).of(numbers).to_pylist() == [row.spelling for row in told]
    assert key_by_rules(GIVEN).of(numbers).to_pylist() == [row.key_by_rules for row in told]
    assert keys_of(numbers).to_pylist() == [row.key for row in told]
    assert sum(row.key != row.number for row in told) > 200


def test_what_large_offices_write_needs_no_rules() -> None:
    usual = "US20150123456A1 US7654321B2 EP0123456A1 EP3123456B1 WO2019123456A1 DE102012123456A1"
    usual += " KR20170053704A KR101234567B1 JP2015123456A JPH0512345A JP5538472B2 CN105000001A"
    assert [number for number in usual.split() if not re.match(SETTLED, number)] == []


NUMBER, ABSTRACT, CITED = "公开(公告)号", "摘要", "引用专利"
TABLE = [
    {NUMBER: "KR1020170053704A", ABSTRACT: "x", CITED: "WO9203002A1"},
    {NUMBER: "KR20170053704A", "许可类型": "独占许可", "原告": "-", "转让人": "无"},
    {NUMBER: "WO9203002A1", "质权人": "某银行"},
    {NUMBER: "WO1992003002A1", ABSTRACT: "x", CITED: "EP123456A1", "许可类型": "普通许可"},
    {
        NUMBER: "EP0123456A1",
        "转让人": "张三",
        "质权人": "某银行",
        "原告": "甲 | 乙",
        "许可类型": "否",
    },
]


@pytest.fixture(scope="module")
def ingested(read_files):
    headers = list(dict.fromkeys(name for row in TABLE for name in row))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, [*headers, "标题", "申请日"], restval="-")
    writer.writeheader()
    writer.writerows(TABLE)
    return read_files(PatSnap(), {"table.csv": buffer.getvalue().encode()})


def test_of_several_spellings_in_one_source_the_most_complete_record_is_kept(ingested) -> None:
    patents = {row.publication_number: row for row in ingested.patents.collect()}
    assert set(patents) == {"KR1020170053704A", "WO1992003002A1", "EP0123456A1"}
    assert {(row.value, row.reason) for row in ingested.rejects.collect()} == {
        (number, "publication number given before or more completely")
        for number in ("KR20170053704A", "WO9203002A1")
    }


def test_whoever_took_part_in_an_event_tells_of_it(ingested) -> None:
    patents = {row.publication_number: row.legal_events for row in ingested.patents.collect()}
    kinds = {number: {event.kind for event in events or ()} for number, events in patents.items()}
    assert kinds == {
        "KR1020170053704A": set(),
        "WO1992003002A1": {"licence"},
        "EP0123456A1": {"assignment", "pledge", "litigation"},
    }
