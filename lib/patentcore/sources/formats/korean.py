"""Korean exports: WIPS ON (a row a document) and KIPRIS (a row an application).

Headers are those that published code reads from their downloads, in older and newer spellings;
KIPRIS has other ones for Korean and for foreign documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from patentcore.sources.formats.adapter import BIBLIOGRAPHIC
from patentcore.sources.formats.records import claim, earliest, number_entry
from patentcore.sources.formats.rows import (
    Row,
    RowAdapter,
    applicants,
    events_told,
    parts,
    places,
    symbols,
)
from patentcore.sources.reading.xml_documents import Record
from patentcore.sources.record.cells import to_count, to_country

_SHARED = {
    "application": ("출원번호",),
    "application_date": ("출원일", "출원일자"),
    "published": ("공개번호", "공개번호/공표번호/재공표번호"),
    "published_date": ("공개일", "공개일자"),
    "registered": ("등록번호",),
    "registered_date": ("등록일", "등록일자"),
    "title": ("발명의 명칭", "발명의명칭", "발명명칭"),
    "abstract": ("요약", "초록"),
    "applicants": ("출원인",),
    "inventors": ("발명자", "발명자/고안자"),
    "pct": ("국제 출원번호", "국제출원번호", "국제 공개번호", "국제공개번호"),
}
_WIPS = _SHARED | {
    "country": ("국가코드",),
    "kind": ("문헌종류 코드",),
    "countries": ("출원인 국적",),
    "addresses": ("출원인 주소",),
    "inventors_countries": ("발명자 국적", "발명자/고안자 국적"),
    "owners": ("현재권리자",),
    "main_ipc": ("Current IPC Main", "Original IPC Main", "IPC (Main)"),
    "ipc": ("Current IPC All", "Original IPC All", "IPC (All)"),
    "cpc": ("Current CPC All", "Original CPC All", "CPC"),
    "announced": ("공고번호",),
    "announced_date": ("공고일",),
    "family_size": (
        "EPO패밀리 문헌 수(출원기준)",
        "WIPS패밀리 문헌 수(출원기준)",
        "패밀리 문헌 수 (출원기준)",
    ),
    "literature": ("비 특허 참고문헌(B1)",),
    "assigned": ("최근 양도일",),
    "lawsuits": ("소송 전체 횟수",),
    "claims": ("청구항 수",),
    "cites": ("인용 문헌번호(B1)", "인용 문헌번호 (B1) + 심사관(BE) 인용 (KR,US)"),
    "cites_count": ("인용 문헌 수(B1)",),
    "cited_by": ("피인용 문헌번호(F1)", "인용 문헌번호(F1)"),
    "cited_by_count": ("피인용 문헌 수(F1)", "인용 문헌 수(F1)"),
    "npl": ("비 특허 참고문헌 수(B1)",),
    "priority_numbers": ("우선권 번호",),
    "priority_countries": ("우선권 국가",),
    "priority_dates": ("우선권 주장일",),
    "status": ("상태정보", "DOCDB 법적상태"),
}
_KIPRIS = _SHARED | {
    "ipc": ("IPC분류", "IPC분류 8판", "IPC번호", "IPC"),
    "cpc": ("CPC분류", "CPC"),
    "country": ("국가",),
    # Of foreign documents.
    "gazette": ("공보번호",),
    "gazette_date": ("공보일자",),
    "examination": ("심사청구일자/항수",),
    "status": ("등록상태", "법적상태", "행정상태", "최종처분내용"),
}
# Kinds of KIPRIS's documents by the number's first two digits: published, registered.
_KINDS = {"10": ("A", "B1"), "20": ("U", "Y1"), "30": ("S", "S")}
_LIST = "|\n;"
# What a registration's number may end with.
_SERIES = re.compile(r"^([0-9]{2}-?[0-9]{7})(-?0000|-00-00)$")


def document(row: Row) -> Iterator[Record]:
    """Make the publication of a document of WIPS; its kind tells which number is its own."""
    office, kind = row["country"] or "", row["kind"] or ""
    is_grant = kind[:1] in ("B", "C", "Y", "E") or not row["published"]
    # Before they were granted without it, applications were announced under numbers of their own.
    granted = "registered" if row["registered"] else "announced"
    own = granted if is_grant else "published"
    priorities = _priorities(row)
    names, countries = parts(row["applicants"], _LIST), parts(row["countries"], _LIST)
    yield _record(row, office) | {
        "publication_number": _number(office, row[own], kind),
        "publication_date": row[f"{own}_date"],
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": applicants(names, countries),
        "applicant_addresses": places(names, countries, parts(row["addresses"], _LIST)),
        "inventor_addresses": places(
            parts(row["inventors"], _LIST), parts(row["inventors_countries"], _LIST)
        ),
        "owners": applicants(parts(row["owners"], _LIST)),
        "main_ipc": row["main_ipc"],
        "claim_count": row["claims"],
        "simple_family_size": row["family_size"],
        "cites_count": row["cites_count"],
        "cited_by_count": row["cited_by_count"],
        "npl_citation_count": row["npl"],
        "npl_citations": parts(row["literature"], "|\n") or None,
        "legal_events": _events(row),
        "cites": [number_entry(raw) for raw in parts(row["cites"], _LIST)] or None,
        "cited_by": [number_entry(raw) for raw in parts(row["cited_by"], _LIST)] or None,
    }


def application(row: Row) -> Iterator[Record]:
    """Make the publications of an application of KIPRIS: its own, and the grant."""
    code = to_country(row["country"] or "KR") or ""
    office = code if re.fullmatch("[A-Z]{2}", code) else ""
    claims = re.search(r"/\s*([0-9]+)\s*$", row["examination"] or "")
    shared = _record(row, office) | {
        "applicants": applicants(parts(row["applicants"], _LIST)),
        "claim_count": claims[1] if claims else None,
        "legal_events": events_told(row["status"]) or None,
    }
    made = False
    for at, name in ((0, "published"), (1, "registered"), (1, "gazette")):
        if row[name]:
            made = True
            kind = _KINDS.get((row[name] or "")[:2], ("", ""))[at] if office == "KR" else ""
            yield shared | {
                "publication_number": _number(office, row[name], kind),
                "publication_date": row[f"{name}_date"],
            }
    if not made:
        yield shared


def _events(row: Row) -> list[Record] | None:
    """Return the last assignment, that there were lawsuits, and what the status tells."""
    events = events_told(row["status"])
    if row["assigned"]:
        events.append({"kind": "assignment", "date": _day(row["assigned"])})
    if (to_count(row["lawsuits"] or "") or 0) > 0:
        events.append({"kind": "litigation", "date": None})
    return events or None


def _record(row: Row, office: str) -> Record:
    return {
        "application_number": _number(office, row["application"], ""),
        "title": row["title"],
        "abstract": row["abstract"],
        "application_date": row["application_date"],
        "inventors": parts(row["inventors"], _LIST) or None,
        "ipc": symbols(row["ipc"]),
        "cpc": symbols(row["cpc"]),
        "legal_status": row["status"],
        "is_pct": True if row["pct"] else None,
    }


def _number(office: str, number: str | None, kind: str) -> str | None:
    """Write ``10-1234567-0000`` as KR101234567 and the kind."""
    if not number:
        return None
    bare = re.sub("[^0-9A-Z]", "", _SERIES.sub(r"\1", number.strip()).upper())
    digits = bare.removeprefix(office) if office else bare
    return f"{office}{digits}{'' if digits.endswith(kind) else kind}"


def _priorities(row: Row) -> list[Record]:
    numbers = parts(row["priority_numbers"], _LIST)
    countries, dates = parts(row["priority_countries"], _LIST), parts(row["priority_dates"], _LIST)

    def at(values: list[str], place: int) -> str | None:
        return values[place] if len(values) == len(numbers) else None

    return [
        claim(f"{at(countries, n) or ''}{number}", at(countries, n), _day(at(dates, n)))
        for n, number in enumerate(numbers)
    ]


def _day(text: str | None) -> str | None:
    return text and re.sub("[./]", "-", text)


WIPS = RowAdapter(
    name="wips",
    title="WIPS ON table, CSV or XLSX, Korean headers",
    fields=BIBLIOGRAPHIC
    | {
        *("claim_count", "cited_by_count", "npl_citation_count", "npl_citations", "priorities"),
        *("legal_status", "legal_events", "simple_family_size", "owners"),
        *("applicant_addresses", "inventor_addresses"),
    },
    columns=_WIPS,
    marks=("WIPS ON key", "DB종류", "특허/실용 구분", "문헌종류 코드"),
    parse=document,
)
KIPRIS = RowAdapter(
    name="kipris",
    title="KIPRIS table, CSV or XLSX, Korean headers",
    fields=(BIBLIOGRAPHIC - {"earliest_priority_date", "cites_count"})
    | {"legal_status", "legal_events", "claim_count"},
    columns=_KIPRIS,
    marks=("출원일자", "공개일자", "등록일자"),
    parse=application,
)
