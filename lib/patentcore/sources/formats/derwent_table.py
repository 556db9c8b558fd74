"""Derwent Innovation exports as one table, with the headers of its own field list.

The Japanese headers are those that published code reads from its exports.
"""

from __future__ import annotations

from patentcore.sources.formats.dialect import Dialect
from patentcore.sources.formats.tables import TabularAdapter

HEADERS: dict[str, tuple[str, ...]] = {
    "publication_number": ("Publication Number",),
    "application_number": ("Application Number",),
    "authority": ("Publication Country Code",),
    "kind_code": ("Publication Kind Code",),
    "title": ("Title", "Title - DWPI", "Title - English", "Title - Original"),
    "abstract": ("Abstract", "Abstract - DWPI", "Abstract - English", "Abstract - Original"),
    "publication_date": ("Publication Date",),
    "application_date": ("Application Date",),
    "earliest_priority_date": ("Priority Date - Earliest", "Earliest Priority Date"),
    "priority_dates": ("Priority Date", "Priority Date - DWPI"),
    "priority_numbers": ("Priority Number", "Priority Number - DWPI"),
    "original_applicant": (
        "Assignee/Applicant",
        "Assignee - Original",
        "Assignee - Standardized",
        "Assignee - DWPI",
        "Assignee/Applicant First",
    ),
    "current_applicant": ("Assignee - Current US", "Optimized Assignee"),
    "inventors": ("Inventor", "Inventor - Original", "Inventor - DWPI"),
    "addressed_inventors": ("Inventor - w/address",),
    "ipc": ("IPC - Current", "IPC - Original", "IPC - Current - DWPI", "IPC - DWPI"),
    "cpc": ("CPC - Current", "CPC - Original", "CPC - Current - DWPI"),
    "claim_count": ("Count of Claims", "Number of Claims"),
    "cited_by_count": ("Count of Citing Patents",),
    "cites_count": ("Count of Cited Refs - Patent",),
    "npl_citation_count": ("Count of Cited Refs - Non-patent",),
    "simple_family": (
        "DWPI Family Members",
        "DWPI Family Members Dead/Alive",
        "DWPI Family Members Alive/Dead",
    ),
    "simple_family_size": ("DWPI Count of Family Members",),
    "legal_status": ("Legal Status", "Dead/Alive"),
    "cites": ("Cited Refs - Patent",),
    "cited_by": ("Citing Patents",),
}

_JAPANESE: dict[str, tuple[str, ...]] = {
    "publication_number": ("公報番号",),
    "application_number": ("出願番号",),
    "authority": ("国名コード",),
    "title": ("タイトル", "タイトル - DWPI", "タイトル (英語)"),
    "abstract": ("抄録", "抄録 - DWPI", "抄録 (英語)", "抄録 - DWPI 新規性", "抄録 - DWPI優位性"),
    "publication_date": ("公報発行日",),
    "application_date": ("出願日",),
    "priority_dates": ("優先権主張日",),
    "priority_numbers": ("優先権主張番号",),
    "original_applicant": ("譲受人/出願人", "譲受人 - 標準化", "譲受人 - DWPI"),
    "inventors": ("発明者", "発明者 - DWPI"),
    "ipc": ("IPC - 最新", "IPC - 最新 - DWPI"),
    "cpc": ("CPC - 最新", "CPC - 最新 - DWPI"),
    "claim_count": ("請求項数",),
    "simple_family": ("DWPI ファミリーメンバー", "DWPI ファミリーメンバー 有効/無効"),
    "legal_status": ("無効/有効",),
    "cites": ("引用文献 - 特許",),
}

DIALECT = Dialect(
    name="derwent-table",
    title="Derwent Innovation export as one table, CSV or XLSX, English or Japanese headers",
    headers={name: (*own, *_JAPANESE.get(name, ())) for name, own in HEADERS.items()},
    separator=r"[\s\u3000]*[;|][\s\u3000]*",
    marks=(
        "Cited Refs - Patent",
        "Count of Cited Refs - Patent",
        "Count of Citing Patents",
        "Assignee/Applicant",
        "Assignee/Applicant First",
        "Publication Country Code",
        "Publication Kind Code",
        "Title - DWPI",
        "IPC - Current - DWPI",
        "CPC - Current - DWPI",
        "DWPI Family Members",
        "DWPI Manual Codes",
        "INPADOC Family ID",
        "Dead/Alive",
        "公報発行日",
        "譲受人/出願人",
        "譲受人 - DWPI",
        "タイトル - DWPI",
        "DWPI アクセッション番号",
        "DWPI ファミリーメンバー",
        "IPC - 最新 - DWPI",
        "引用文献 - 特許",
    ),
    reads_type_of_kind=True,
    has_address_in_name=True,
)


class DerwentTable(TabularAdapter):
    """The adapter of Derwent Innovation's tables."""

    def __init__(self) -> None:
        super().__init__(DIALECT)
