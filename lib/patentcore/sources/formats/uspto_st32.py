"""USPTO grants of 2001 to 2004 (PATDOC): tags are the codes of WIPO's standard ST.32, as B110."""

from __future__ import annotations

from collections.abc import Iterator

from patentcore.sources.formats.records import earliest, people, person
from patentcore.sources.formats.uspto_parts import (
    country_code,
    full_name,
    government_interest,
    number_of,
    old_symbols,
    priority,
)
from patentcore.sources.reading.xml_documents import Element, Record, text_of
from patentcore.sources.record.numbers import normal_number
from patentcore.sources.record.vocabulary import USPTO_SECTORS

ROOT = "PATDOC"

_CITED_BY = (("CITED-BY-EXAMINER", "cited by examiner"), ("CITED-BY-OTHER", "cited by other"))


def grants(root: Element) -> Iterator[Record]:
    """Make the record of a grant."""
    biblio = root.find("SDOBI")
    if biblio is None:
        raise ValueError("a grant without bibliographic data")
    priorities = _priorities(biblio)
    cites = [
        _cited(document, citation)
        for citation in biblio.iterfind("B500/B560/B561")
        for document in citation.iterfind("PCIT/DOC")
    ]
    codes = [*biblio.iterfind("B500/B510/B511"), *biblio.iterfind("B500/B510/B512")]
    ipc, lost = old_symbols(code.findtext("PDAT") for code in codes)
    kind = text_of(biblio, "B100/B130")
    number = text_of(biblio, "B200/B210/DNUM")
    yield {
        "publication_number": number_of(
            text_of(biblio, "B100/B190") or "US", text_of(biblio, "B100/B110/DNUM"), kind
        ),
        "application_number": f"US{number}" if number else None,
        "patent_type": "design" if (kind or "").startswith("S") else None,
        "title": text_of(biblio, "B500/B540"),
        "abstract": text_of(root, "SDOAB"),
        "publication_date": text_of(biblio, "B100/B140/DATE"),
        "application_date": text_of(biblio, "B200/B220/DATE"),
        "earliest_priority_date": earliest(priorities),
        "priorities": priorities or None,
        "applicants": _assignees(biblio) or None,
        "applicant_addresses": people(map(_placed, biblio.iterfind("B700/B730/B731"))),
        "inventors": _inventors(biblio) or None,
        "inventor_addresses": people(map(_placed, biblio.iterfind("B700/B720/B721"))),
        "government_interest": government_interest(root),
        "main_ipc": ipc[0] if ipc else None,
        "ipc": ipc or None,
        "lost": lost,
        "claim_count": text_of(biblio, "B500/B570/B577"),
        "cites_count": str(len({cite["number"] or cite["raw"] for cite in cites})),
        "npl_citation_count": str(len(biblio.findall("B500/B560/B562"))),
        "npl_citations": [
            text for cited in biblio.iterfind("B500/B560/B562") if (text := text_of(cited, "NCIT"))
        ]
        or None,
        "is_pct": biblio.find("B800/B860") is not None or biblio.find("B800/B870") is not None,
        "cites": cites,
    }


def _priorities(biblio: Element) -> list[Record]:
    """Return the foreign priorities, whose parts follow each other, and the parents."""
    numbers, dates, countries = (
        [text_of(part, ".") for part in biblio.iterfind(f"B300/{code}")]
        for code in ("B310", "B320", "B330")
    )
    claimed = [
        priority(country, number, date)
        for number, date, country in zip(numbers, dates, countries, strict=False)
    ]
    parents = [
        priority(
            text_of(document, "CTRY") or "US", text_of(document, "DNUM"), text_of(document, "DATE")
        )
        for path in ("B600//PDOC/DOC", "B600/B680US/DOC", "B600/B690/DOC")
        for document in biblio.iterfind(path)
    ]
    return claimed + parents


def _cited(document: Element, citation: Element) -> Record:
    raw = number_of(
        text_of(document, "CTRY") or "US", text_of(document, "DNUM"), text_of(document, "KIND")
    )
    # As later grants say it in words.
    category = next(
        (name for tag, name in _CITED_BY if citation.find(f".//{tag}") is not None), None
    )
    return {"raw": raw, "number": normal_number(raw), "category": category}


def _assignees(biblio: Element) -> list[Record]:
    """Return the assignees; the code of what each is follows it."""
    found: list[Record] = []
    for part in biblio.iterfind("B700/B730/*"):
        if part.tag == "B731" and (name := _name(part)):
            country = country_code(text_of(part, "PARTY-US/ADR/CTRY"))
            found.append({"name": name, "country": country, "sector": None})
        elif part.tag == "B732US" and found:
            role = (text_of(part, "PDAT") or "").removeprefix("0")
            found[-1]["sector"] = USPTO_SECTORS.get(role)
    return found


def _inventors(biblio: Element) -> list[str]:
    people = biblio.iterfind("B700/B720/B721")
    return [name for person in people if (name := _name(person))]


def _name(part: Element) -> str | None:
    organisation = text_of(part, "PARTY-US/NAM/ONM")
    person = (text_of(part, "PARTY-US/NAM/FNM"), text_of(part, "PARTY-US/NAM/SNM"))
    return organisation or full_name(*person)


def _placed(part: Element) -> Record | None:
    """Return a person's place; that of the United States has a state and no country."""
    country, city, state = (text_of(part, f"PARTY-US/ADR/{n}") for n in ("CTRY", "CITY", "STATE"))
    return person(_name(part), country or ("US" if state else None), city, state)
