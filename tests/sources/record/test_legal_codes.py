from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple, get_args

import openpyxl
import pytest

from patentcore.config import LegalEventKind
from patentcore.sources.record.legal_codes import kind_of_event


class Code(NamedTuple):
    office: str
    code: str
    description: str
    event_class: str
    kind: str


def facts() -> list[Code]:
    """Codes of the offices whose kind is known, each with the description that tells it."""
    with Path(__file__).with_name("legal_codes.csv").open(encoding="utf-8", newline="") as file:
        return [Code(**row) for row in csv.DictReader(file)]


FACTS = facts()


@pytest.mark.parametrize("fact", FACTS, ids=[f"{fact.office}-{fact.code}" for fact in FACTS])
def test_a_code_is_of_the_kind_that_its_description_names(fact: Code) -> None:
    assert kind_of_event(fact.description, fact.event_class) == fact.kind


def test_the_facts_cover_every_kind_and_the_greater_offices() -> None:
    assert {fact.kind for fact in FACTS} == set(get_args(LegalEventKind))
    assert {fact.office for fact in FACTS} >= {"CN", "US", "EP", "JP", "KR", "DE", "GB", "FR", "WO"}


@pytest.mark.parametrize(
    ("event_class", "kind"), [("H", "lapse"), ("B", "lapse"), ("U", "fee_payment"), ("S", "other")]
)
def test_without_a_description_the_class_decides_where_it_can(event_class: str, kind: str) -> None:
    assert kind_of_event(None, event_class) == kind


def test_case_and_blanks_do_not_matter() -> None:
    assert kind_of_event(" Transfer  of\n patent right ", None) == "assignment"


@pytest.fixture(scope="module")
def listed(real_data: Path) -> list[Code]:
    found = sorted(real_data.glob("epo-ops-xml/legal_code_descriptions_*.xlsx"))
    if not found:
        pytest.skip("the EPO's list of codes is not there")
    rows = openpyxl.load_workbook(found[-1]).worksheets[0].iter_rows(min_row=2, values_only=True)
    cells = ([str(cell or "").strip() for cell in row] for row in rows)
    return [Code(r[0], r[1], r[4].upper(), r[8], kind_of_event(r[4], r[8])) for r in cells]


def test_the_whole_list_is_sorted_as_documented(listed: list[Code]) -> None:
    assert Counter(code.kind for code in listed) == {
        "other": 2776,
        "lapse": 463,
        "invalidation": 302,
        "opposition": 195,
        "litigation": 180,
        "licence": 164,
        "assignment": 127,
        "expiry": 77,
        "pledge": 75,
        "fee_payment": 38,
    }


def test_no_correction_revival_or_refusal_of_the_list_ends_a_right(listed: list[Code]) -> None:
    ends = [code for code in listed if code.kind in ("lapse", "expiry", "fee_payment")]
    assert [code.code for code in ends if code.event_class in ("C", "K", "Y")] == ["U90"]
    # An offer of surrender that was accepted; a fee after the decision to grant or refuse.
    refused = [code for code in ends if "REFUS" in code.description]
    assert [(code.office, code.code) for code in refused] == [("GB", "434J")]


def test_words_of_the_list_that_have_one_meaning_find_their_kind(listed: list[Code]) -> None:
    meanings = {
        "licence": ("LICENCE REGISTERED", "LICENCE GRANTED"),
        "pledge": ("PLEDGE", "MORTGAGE OF", "SEIZURE"),
        "assignment": ("TRANSFER OF PATENT", "CHANGE OF OWNERSHIP OF"),
        "expiry": ("PATENT EXPIRED (", "EXPIRY OF AN SPC"),
        "lapse": ("LAPSE DUE TO", "LAPSED DUE TO"),
    }
    corrected = ("CORR", "DELETED", "CHANGED", "OR CHANGE OF NAME")
    wrong = [
        code
        for code in listed
        for kind, words in meanings.items()
        if any(word in code.description for word in words)
        and not any(word in code.description for word in corrected)
        and code.kind != kind
    ]
    assert wrong == []
