"""The analyst's pages as long tables: one measure of one item a row, a page a technology.

What a page has is what its parts say, in their order; enterprises have pages of their own. Nothing
is computed here: every value stands in a table of the result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from patentcore.lake.results import Result
from patentcore.results.evidence import evidence_of
from patentcore.results.export.cells import address, text_of
from patentcore.results.reading import configured

Row = dict[str, Any]
MOST_UNITS, MOST_PATENTS = 10, 20
"""Leading units of a side, and patents as evidence, that a page names."""

_SAID = (
    *("public_good", "standardised", "niche_market", "government_will", "strategic"),
    *("said_stage", "said_layout", "form", "users", "patents", "industrialisation", "talent"),
)
_SIDES = (
    *("patent_count", "domestic_count", "foreign_count", "unknown_side_count"),
    *("known_side_share", "quality_count", "known_quality_share"),
    *("domestic_share", "foreign_share"),
)
_FIT = (
    *("maturity", "domestic_maturity", "foreign_maturity", "saturation", "growth_rate"),
    *("midpoint", "fit_r2", "fit_failure", "at_bound", "cut", "filing_growth"),
)
_LAG = ("domestic_lag", "cycle_time", "domestic_cycle_time", "foreign_cycle_time")
_MONOPOLY = (
    *("first_owner_share", "first_country_share", "ownership_concentration"),
    *("foreign_concentration", "thicket_density", "domestic_lead", "actual_lead"),
)
_FACTORS = (
    *("inventor_count", "inventor_stock", "inventor_breadth", "newcomer_share", "team_size"),
    *("class_breadth", "team_count", "team_difference", "science_share", "joint_share"),
    *("enterprise_cooperation", "science_cooperation", "government_cooperation"),
    *("platform_cooperation", "foreign_cooperation", "abroad_share", "overseas_share"),
    *("alliance_share", "shared_inventor_share", "ties", "repeated_tie_share", "partner_distance"),
    "government_interest_share",
)
_MECHANISMS = (
    *("iur_basic_research", "iur_subjects", "iur_chain", "iur_global", "iur_index"),
    *("chain_spread", "vertical_links", "vertical_spread"),
)


class Line(NamedTuple):
    """One row of a page.

    Attributes:
        page: the technology or the enterprise.
        part: of the page.
        place: order within the part where it has one.
        item: what the measure is of: a question, a unit, a year, a patent.
        measure: its name.
        value: where it is a number.
        low, high: its bounds where it has some.
        text: where it is words.
    """

    page: str
    part: str
    place: int | None
    item: str | None
    measure: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    text: str | None = None


def technology_lines(result: Result) -> Iterator[Line]:
    """Yield the pages of all technologies, in the order of their table."""
    judged, years, owners, countries, patents = (
        _by_page(_rows(result, f"technology_{name}"), "technology")
        for name in ("judgements", "years", "owners", "countries", "patents")
    )
    keys = {row["publication_number"]: row for row in _rows(result, "key_patents", _KEY)}
    for row in _rows(result, "technologies"):
        name = row["technology"]
        yield from _named(name, row)
        yield from _verdicts(name, judged[name], row)
        yield from _measures(name, "sides", row, _SIDES)
        yield from _curve(name, sorted(years[name], key=lambda year: year["year"]), row)
        yield from _units(name, owners[name])
        yield from _measures(name, "lag", row, _LAG)
        yield from _countries(name, countries[name])
        yield from _measures(name, "monopoly", row, _MONOPOLY)
        yield from _measures(name, "factors", row, _FACTORS)
        yield from _measures(name, "mechanisms", row, _MECHANISMS)
        yield from _evidence(name, patents[name], keys)


def enterprise_lines(result: Result) -> Iterator[Line]:
    """Yield the pages of the enterprises with ``min_patents`` inventions, by these and name."""
    limits = configured(result.manifest(), "technologies", "thresholds")
    rows = [row for row in _rows(result, "enterprises") if _is_large(row, limits["min_patents"])]
    names = {row["enterprise"] for row in rows}
    of = _by_page(
        (row for row in _rows(result, "technology_owners") if row["owner"] in names), "owner"
    )
    ties = _partners(_rows(result, "cooperation_pairs"), names)
    for row in sorted(rows, key=lambda row: (-row["patent_count"], row["enterprise"])):
        name = row["enterprise"]
        yield from _measures(name, "size", row, ("patent_count", "key_patent_count", "iur_share"))
        for place, one in enumerate(_largest(of[name]), start=1):
            for measure in ("patents", "key_patents", "quality_share", "rank"):
                yield _line(name, "core technologies", place, one["technology"], measure, one)
        yield from _measures(name, "factors", row, _FACTORS)
        yield from _measures(name, "mechanisms", row, _MECHANISMS)
        for place, (partner, tie) in enumerate(ties[name][:MOST_UNITS], start=1):
            for measure in ("patents", "years", "distance"):
                yield _line(name, "partners", place, partner, measure, tie)


PAGES = {"technology_pages": technology_lines, "enterprise_pages": enterprise_lines}
"""What is exported beside the tables, where a run has technologies."""

_KEY = ("publication_number", "title", "source")
_OF_UNITS = ("country", "sector", "side_source", "patents", "key_patents", "quality_share")


def _rows(result: Result, table: str, columns: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a table; none where the result lacks it."""
    if table in result.tables():
        for batch in result.batches(table, columns=columns):
            yield from batch.to_pylist()


def _by_page(rows: Iterable[Row], column: str) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def _is_large(row: Row, fewest: int) -> bool:
    return (row["patent_count"] or 0) >= fewest


def _line(
    page: str,
    part: str,
    place: int | None,
    item: str | None,
    measure: str,
    row: Mapping[str, Any],
    *,
    bounds: Mapping[str, Any] | None = None,
) -> Line:
    """Return a row's measure, with the bounds that stand beside it."""
    value = row.get(measure)
    low, high = ((bounds or row).get(f"{measure}_{end}") for end in ("low", "high"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Line(page, part, place, item, measure, float(value), low, high)
    return Line(page, part, place, item, measure, None, low, high, text_of(value))


def _measures(page: str, part: str, row: Row, names: Iterable[str]) -> Iterator[Line]:
    return (_line(page, part, None, None, name, row) for name in names)


def _named(page: str, row: Row) -> Iterator[Line]:
    """Names, what paper Z prints, and what people say with its source."""
    for name in ("name_zh", "name_en", "scope_zh", "scope_en", "type", "technical_field"):
        yield _line(page, "technology", None, None, name, row)
    for name in ("published", "published_units"):
        yield _line(page, "paper", None, "Table 6", name, row)
    sources = dict(row.get("attribute_sources") or ())
    for name in _SAID:
        if row.get(name) is not None:
            yield Line(page, "said", None, name, "value", text=text_of(row[name]))
            source = sources.get(name.removeprefix("said_"))
            yield Line(page, "said", None, name, "source", text=source)


def _verdicts(page: str, judged: Iterable[Row], row: Row) -> Iterator[Line]:
    """Each question: verdict, windows, reason, then its figures with bounds, then the limits.

    What rests on the same figures as the question before (cause, mode and lead) has none again.
    """
    before = None
    for place, one in enumerate(judged, start=1):
        question = one["question"]
        for name in ("verdict", "published", "agrees", "window", "barrier", "reason"):
            if one[name] is not None:
                yield _line(page, "verdicts", place, question, name, one)
        rests_on = (one["figures"], one["thresholds"])
        if rests_on != before:
            yield from _figures(page, place, question, dict(one["figures"] or ()), row)
            for name, value in one["thresholds"] or ():
                yield _line(page, "limits", place, question, name, {name: value})
        before = rests_on


def _figures(
    page: str, place: int, question: str, figures: Mapping[str, float], row: Row
) -> Iterator[Line]:
    """Yield a line a figure; the ends of an interval stand beside what it is of."""
    for name in dict.fromkeys(name.removesuffix("_low").removesuffix("_high") for name in figures):
        found = {name: figures.get(name, row.get(name))}
        yield _line(page, "figures", place, question, name, found, bounds={**row, **figures})


def _curve(page: str, years: Iterable[Row], row: Row) -> Iterator[Line]:
    """The S-curve by year, with the interval that its maturity's leaves; then its parameters."""
    saturation = row.get("saturation")
    for one in years:
        year = str(one["year"])
        for name in ("patents", "domestic", "foreign", "cumulative", "fitted"):
            yield _line(page, "curve", one["year"], year, name, one)
    yield from _measures(page, "fit", row, _FIT)
    low, high = row.get("maturity_low"), row.get("maturity_high")
    if saturation is not None and row.get("maturity") and low and high:
        # Of what is observed: the less grown, the higher the end of the curve.
        seen = saturation * row["maturity"]
        yield Line(page, "fit", None, "interval", "saturation", saturation, seen / high, seen / low)


def _units(page: str, owners: Iterable[Row]) -> Iterator[Line]:
    for side, of_side in _by_page(owners, "side").items():
        for one in sorted(of_side, key=lambda row: row["rank"])[:MOST_UNITS]:
            for name in _OF_UNITS:
                part = f"leading units: {side or 'side unknown'}"
                yield _line(page, part, one["rank"], one["owner"], name, one)


def _countries(page: str, rows: Iterable[Row]) -> Iterator[Line]:
    for one in sorted(rows, key=lambda row: row["rank"]):
        for name in ("patents", "share", "specialisation", "quality_share"):
            yield _line(page, "countries", one["rank"], one["country"], name, one)


def _evidence(page: str, patents: Iterable[Row], keys: Mapping[str, Row]) -> Iterator[Line]:
    """The patents that are about the technology: key ones by core degree, then the others."""
    # Of the others no table has the source; it is the key patents'.
    source = next((row["source"] for row in keys.values()), None)
    for place, one in enumerate(evidence_of(patents)[:MOST_PATENTS], start=1):
        number = one["publication_number"]
        facts = one | {"title": keys.get(number, {}).get("title"), "link": address(number, source)}
        for name in ("title", "core_degree", "is_key", "rule", "matched", "link"):
            if facts[name] is not None:
                yield _line(page, "evidence", place, number, name, facts)


def _largest(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (-row["patents"], row["technology"]))[:MOST_UNITS]


def _partners(pairs: Iterable[Row], names: set[str]) -> defaultdict[str, list[tuple[str, Row]]]:
    """Return each enterprise's partners, those with most joint inventions first.

    An invention of two technologies counts in both.
    """
    ties: dict[tuple[str, str], Row] = {}
    for row in pairs:
        for own, other in ((row["applicant"], row["partner"]), (row["partner"], row["applicant"])):
            if own in names:
                tie = ties.setdefault((own, other), {"patents": 0, "years": []})
                tie["patents"] += row["patents"]
                tie["years"] = sorted({*tie["years"], *(row.get("years") or ())})
                tie["distance"] = row.get("distance")
    found: defaultdict[str, list[tuple[str, Row]]] = defaultdict(list)
    for (own, other), tie in sorted(ties.items(), key=lambda one: (-one[1]["patents"], one[0])):
        found[own].append((other, tie))
    return found
