from __future__ import annotations

import datetime as dt
import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import functions as F

from patentcore.sources.record import cells, numbers
from patentcore.sources.record.number_arrays import (
    application_numbers,
    dates_behind,
    publication_numbers,
)

SPELLINGS = [
    ("CN105513499A", "CN105513499A"),
    ("cn 105513499 a", "CN105513499A"),
    ("ＣＮ１０５５１３４９９Ａ", "CN105513499A"),
    ("CN-105513499-A", "CN105513499A"),
    ("US20170064599A1 20170302", "US20170064599A1"),
    ("US20170064599A1 2017-03-02", "US20170064599A1"),
    ("US20170064599A1　２０１７０３０２", "US20170064599A1"),
    ("US20170064599A1, 20170302 ", "US20170064599A1"),
    ("US 2015/0375765 A1", "US20150375765A1"),
    ("US2017064599A1", "US20170064599A1"),
    ("US2017064599", "US20170064599"),
    ("US2017064599P1", "US20170064599P1"),
    ("US20170064599A1", "US20170064599A1"),
    ("US 7,639,714 B2", "US7639714B2"),
    ("USD801224S1", "USD801224S1"),
    ("USB14024801", "US4024801B1"),  # a certificate of reexamination
    ("US B2 4,024,801", "US4024801B2"),
    ("USB123456", "USB123456"),
    ("JP P2001-12345A", "JP200112345A"),
    ("JPP2001-12345", "JP200112345"),
    ("JP 60-12345", "JPS6012345"),  # and not the number 6012345
    ("JP-60-12345-A", "JPS6012345A"),
    ("JP 4-12345 A", "JPH0412345A"),
    ("JP-A-11-123456", "JPH11123456A"),
    ("JP 12-34567", "JP1234567"),
    ("US 60-123456", "US60123456"),
    ("JP05875093B1", "JP05875093B1"),
    ("JP5875093B1", "JP5875093B1"),
    ("JP2017064599A", "JP2017064599A"),
    ("EP 0 004 765 B1", "EP0004765B1"),
    ("IT2008RM0341A1", "IT2008RM0341A1"),
    ("WO 20170302", "WO20170302"),  # the digits are the number, not a date behind one
    ("EP1234567A1; US7654321B2", None),  # two numbers are none
    ("ＣＮ１０００００００４Ａ；ＣＮ１０００００００５Ａ", None),
    ("EP1234567A1|DE10 2010 012345 A1", None),
    ("WO2015012345A1\nUS20150123456A1", None),
    ("JP2.01E+11", None),  # digits are lost
    ("2.01E+11", None),
    ("EP1234567A1 [Y]", "EP1234567A1"),
    ("WO2019/123456 A1 p. 3", "WO2019123456A1"),
    ("EP1234567A1 {Y}", "EP1234567A1"),
    ("EP1234567A1 (Y)", "EP1234567A1"),
    ("EP1234567A1 [X,Y] [1]", "EP1234567A1"),
    ("EP1234567 (A1)", "EP1234567A1"),
    ("EP1234567A1, pages 3-5", "EP1234567A1"),
    ("EP1234567A1 p.3, l.5", "EP1234567A1"),
    ("EP 1 234 567 A1 fig. 2", "EP1234567A1"),
    ("EP1234567A1 (2001-05-02)", "EP1234567A1"),
    ("EP1234567A1 - cited in the application", "EP1234567A1"),
    ("US2005/0012345 A1 Jan. 20, 2005", "US20050012345A1"),
    ("US 7654321 B2 (Smith et al.)", "US7654321B2"),
    ("US7654321 Smith", None),
    ("Johnson US7654321", None),
    ("US PP12345 P3", "USPP12345P3"),  # a kind code of plants and no page
    ("RE46653", "USRE46653"),
    ("RE28671E1", "USRE28671E1"),
    ("Re. 46,653", "USRE46653"),
    ("Des. 295,437", "USD295437"),
    ("US Des. 295,437 S", "USD295437S"),
    ("D295437", "USD295437"),
    ("D12", None),
    ("H04W4", None),
    ("WO/WO/2006/004337", "WO2006004337"),
    ("EP EP1234567A1", "EP1234567A1"),  # an office's column in front of the number's
    ("USUSRE46653E1", "USRE46653E1"),
    ("KR KR 10-2017-0053704 A", "KR1020170053704A"),
    ("CN CN201010123456.7", None),
    ("WOWOWO2006004337", None),
    ("Reissue 46,653", "USRE46653"),
    ("US Plant Pat. 12,345", "USPP12345"),
    ("US SIR H1,234", "USH1234"),
    ("US Design Patent No. D668,832", "USD668832"),
    ("PCT/CN2019/123456", None),
    ("WO PCT/US98/04444", None),
    ("WOPCTUS2016014369A1", "WOPCTUS2016014369A1"),  # how an export calls a publication
    ("BR PI0401234-5 A2", "BRPI04012345A2"),
    ("IN 1234/DEL/2005 A", "IN1234DEL2005A"),
    ("SG11201808232WA", "SG11201808232WA"),
    ("EP1234567A1 / X", "EP1234567A1"),
    ("GB 2 345 678 A | X", "GB2345678A"),
    ("RU 2 456 789 C2 с. 3", "RU2456789C2"),  # a page in Russian, whose letters look Latin
    ("RU2456789C2, стр. 3-5", "RU2456789C2"),
    ("EP1234567A1: X", "EP1234567A1"),
    ("CN102345678A - X,Y", "CN102345678A"),
    ("EP 1 234 567 A1 * abstract; figures 1-3 *", "EP1234567A1"),
    ("KR1020170053704 A (2017.05.17) *", "KR1020170053704A"),
    ("EP1234567A1 (Siemens AG) 12 March 2003", "EP1234567A1"),
    ("US 6,543,210 B1 4/2003", "US6543210B1"),
    ("EP1234567A1 12.3.2003", "EP1234567A1"),
    ("CN102345678A 2012/3/1", "CN102345678A"),
    ("WO2019/123456 A1 §3", "WO2019123456A1"),
    ("CN102345678A 第3页", "CN102345678A"),
    ("CN102345678A，说明书第3段", "CN102345678A"),
    ("CN 102345678 A 2012年3月1日", "CN102345678A"),
    ("JP2010-123456A 段落0012", "JP2010123456A"),
    ("KR20170053704A 제3면", "KR20170053704A"),
    ("CN102345678A和CN102345679A", None),
    ("EP-A-0 123 456", "EP0123456A"),
    ("EP-A1-0123456", "EP0123456A1"),
    ("JP-A-2010-123456", "JP2010123456A"),
    ("JPA 2010123456", "JP2010123456A"),
    ("DE-OS 2 345 678", "DE2345678"),
    ("AU-A-12345/99", "AU1234599A"),
    ("US Pat. No. 7,654,321", "US7654321"),
    ("US patent application publication 2005/0012345", "US20050012345"),
    ("USP 7654321", "US7654321"),
    ("see US7654321B2", "US7654321B2"),
    ("US Appl. No. 12/345,678", None),
    ("US7654321B2 US7654322B2", None),
    ("US7654321B2/US7654322B2", None),
    ("US7654321B2/en", None),  # an address's end and no number's
    ("WO/US98/04444", None),
    ("WO DM/074011", "WODM074011"),  # a design registered with the WIPO
    ("ZL201410123456.7", None),
    ("CN201410123456.7", None),
    ("AI00001", "USAI00001"),
    ("NO 20012345 A1", "NO20012345A1"),  # Norway's
    ("US T 100,001", "UST100001"),
    ("[Y] EP1234567A1", "EP1234567A1"),
    ("X,Y: EP 1 234 567 A1", "EP1234567A1"),
    ("WO2019/123456 A1, S. 3", None),  # a page in German
    ("US20150375765A1#page=3", None),
    ("EP1234567A1/B1", None),
    ("EP1234567A1 【X】", "EP1234567A1"),
    ("【Y】EP1234567A1", "EP1234567A1"),
    ("EP1234567A1 X,Y,A", "EP1234567A1"),
    ("EP1234567 A1 Seite 3", "EP1234567A1"),
    ("DE4012345A1 Ansprüche 1-3", "DE4012345A1"),
    ("FR2712345A1, revendication 1", "FR2712345A1"),
    ("US7654321B2.pdf", "US7654321B2"),
    ("EP12345678.9", None),  # an application's check digit
    ("DE 10 2012 001 234.5", None),
    ("GB1234567.8", None),
    ("JP特開平5-12345", "JPH0512345A"),
    ("JP平05-012345A", "JPH05012345A"),
    ("昭60-12347", "JPS6012347"),
    ("JP昭60-12347", "JPS6012347"),
    ("特公平7-12345", "JPH0712345B2"),
    ("実開昭６０－１２３４７号公報", "JPS6012347U"),
    ("特開2001-123456", "JP2001123456A"),
    ("特許第5517996号", "JP5517996"),
    ("JP-A-S60-12347", "JPS6012347A"),
    ("特願昭60-12347", None),  # an application
    ("昭5-123", None),
    ("US7654321B2 2010-02-02 X", None),
    ("HRP20221010AA1", "HRP20221010AA1"),
    ("RS2015P406A", "RS2015P406A"),
    ("RU 2456789 С2", "RU2456789C2"),  # the letter С of Cyrillic
    ("ЕР1234567А1", "EP1234567A1"),
    ("Plant 12,345 P3", "USPP12345P3"),
    ("Reissue 46,653", "USRE46653"),
    ("Design Patent D668,832", "USD668832"),
    ("Def. Pub. T943,001", "UST943001"),
    ("SIR H1234", "USH1234"),
    ("DE-GM 7812345", "DE7812345"),
    ("No. 7654321", None),  # of which office is not said
    ("Nr. 1234567", None),
    ("US 14/123,456", None),
    ("US14/123456", None),
    ("WO2019CN123456", None),
    ("XP 012 345 678", None),
    ("BE623690A 00000000", "BE623690A"),
    ("US441959A,0001-01-01", "US441959A"),
    ("EP1234567A1 " + "(" * 1000, None),
    ("", None),
    ("-", None),
    ("A1", None),
    ("105513499A", None),
    ("公开(公告)号", None),
    ("CNA", None),
    (None, None),
]


@pytest.mark.parametrize(("spelling", "expected"), SPELLINGS)
def test_spellings_have_one_normal_form(spelling: str | None, expected: str | None) -> None:
    assert numbers.clean_number(spelling) == expected


def test_an_office_in_front_of_an_application_number_that_has_it() -> None:
    assert numbers.clean_application_number("US US 12/345,678") == "US12345678"
    assert numbers.clean_application_number("WO PCT/US98/04444") == "PCTUS9804444"


def test_application_numbers_are_not_padded() -> None:
    assert numbers.clean_application_number("US2016578323F 2016-09-20") == "US2016578323F"
    assert numbers.clean_application_number("US2016578323") == "US2016578323"
    assert numbers.clean_application_number("PCT/EP2014/078449") == "PCTEP2014078449"
    assert numbers.clean_application_number("201310123456.7") is None
    assert numbers.clean_application_number("特願昭60-12347") == "JPS6012347"
    assert numbers.clean_application_number("JP平5-12345") == "JPH0512345"
    assert numbers.clean_application_number("ZL201310123456.7") == "CN2013101234567"
    assert numbers.clean_application_number("CN ZL 201310123456.X") == "CN201310123456X"


numbers_like = st.builds(
    lambda office, serial, kind: office + serial + kind,
    st.from_regex(r"[A-Z]{2}", fullmatch=True),
    st.from_regex(r"[0-9]{4,12}", fullmatch=True),
    st.sampled_from(["", "A", "A1", "B2", "U", "S1", "P1"]),
)
usual_numbers = st.from_regex(
    r"(?:US|RE|PP|WO|PC|CN)[ -]?(?:20)?[0-9]{2,8}(?:/[0-9]{1,7})?(?:[ -]?[A-Z][0-9]?)?",
    fullmatch=True,
)
anything = st.text(max_size=40) | st.text(
    alphabet="USCNPab019 ,;-/.\t\n２０ＡａＺ　－", max_size=40
)


@given(anything | numbers_like)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = numbers.clean_number(text)
    assert numbers.clean_number(once) == once


@given(anything)
def test_a_normal_form_has_only_capitals_and_digits(text: str) -> None:
    number = numbers.clean_number(text)
    assert number is None or re.fullmatch(r"[A-Z]{2}[A-Z0-9]*[0-9][A-Z0-9]*", number)


@given(numbers_like, st.sampled_from([" ", "-", ".", "/", "　", "·"]), st.data())
def test_separators_do_not_matter(number: str, separator: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(min_value=1, max_value=len(number) - 1))
    spelt = number[:at] + separator + number[at:]
    looks_dated = re.search(r"(?:18|19|20)\d\d[01]\d[0-3]\d$", number[at:])
    has_check_digit = number.startswith("CN") and re.fullmatch("[0-9]", number[at:])
    if not looks_dated and not has_check_digit:
        assert numbers.clean_number(spelt) == numbers.clean_number(number)


@given(numbers_like)
def test_width_and_case_do_not_matter(number: str) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert unicodedata.normalize("NFKC", wide) == number
    assert numbers.clean_number(wide) == numbers.clean_number(number)
    assert numbers.clean_number(number.lower()) == numbers.clean_number(number)
    assert numbers.clean_number(wide.lower()) == numbers.clean_number(number)


@given(numbers_like, st.dates(min_value=dt.date(1836, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_a_date_behind_does_not_matter(number: str, date: dt.date) -> None:
    for form in ("%Y%m%d", "%Y-%m-%d", "%Y.%m.%d"):
        assert numbers.clean_number(f"{number} {date.strftime(form)}") == numbers.clean_number(
            number
        )


@given(st.lists(anything | numbers_like | usual_numbers | st.none(), max_size=60))
def test_the_array_equals_the_function(texts: list[str | None]) -> None:
    texts = [*texts, *(spelling for spelling, _ in SPELLINGS)]
    array = pa.array(texts, pa.string())
    for found, function in (
        (publication_numbers(array), numbers.clean_number),
        (application_numbers(array), numbers.clean_application_number),
    ):
        assert found.to_pylist() == [function(text) for text in texts]


@given(anything | numbers_like | usual_numbers | st.sampled_from([text for text, _ in SPELLINGS]))
def test_the_short_way_equals_the_rule(text: str | None) -> None:
    assert numbers.normal_number(text) == numbers.clean_number(text)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(anything | numbers_like | st.none(), min_size=200, max_size=300))
def test_the_column_equals_the_function(spark, texts) -> None:
    texts = [*texts, *(spelling for spelling, _ in SPELLINGS)]
    rows = (
        spark.createDataFrame([(text,) for text in texts], "text string")
        .select("text", numbers.number_column(F.col("text")))
        .collect()
    )
    for text, number in rows:
        assert number == numbers.clean_number(text), repr(text)


@pytest.mark.parametrize(
    ("number", "kind", "patent_type"),
    [
        ("CN105513499A", "A", "invention"),
        ("US7639714B2", "B2", "invention"),
        ("US9802728", None, None),
        ("CN206481394U", "U", "utility_model"),
        ("KR200123456Y1", "Y1", "utility_model"),
        ("USD801224S1", "S1", "design"),
        ("CN3012345D", "D", "design"),
        ("GB1234567D0", "D0", "invention"),
        ("USRE12345E1", "E1", "invention"),
        ("SG11201808232WA", "A", "invention"),
    ],
)
def test_parts_of_a_number(number: str, kind: str | None, patent_type: str | None) -> None:
    assert cells.kind_of(number[-3:]) == kind
    assert cells.type_of(number[:2] + number[-3:]) == patent_type


def test_the_date_behind_a_number() -> None:
    texts = ["US2016578323F 2016-09-20", "US15360203A", "US62133061P,2015-02-30", "US1A 20160920  "]
    day = dt.date(2016, 9, 20)
    assert dates_behind(pa.array(texts)).to_pylist() == [day, None, None, day]
