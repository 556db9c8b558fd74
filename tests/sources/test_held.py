"""What this process makes of few records is what the engine makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from patentcore.engine import running
from patentcore.sources import ingest, written

# Two spellings of one number, of which the fuller row is kept; a pair that both sides name, and
# one that a side names twice; cells, and a row, that cannot be used.
PATSNAP = """\
公开(公告)号,标题,申请日,IPC分类号,引用专利,被引用专利,优先权国家/地区
KR1020170053704A,x,2017-01-02,H04W4/02,WO9203002A1 | US1A | US1A,-,-
KR20170053704A,x,2017-01-02,H04W4/02 | G06F3/041,WO1992003002A1 | EP123456A1,US7654321B2,-
US7654321B2,y,2009-13-45,H04W4/02,KR20170053704A | xx-yy,KR20170053704A,
WO1992003002A1,z,,,,KR20170053704A,JP | 德国
-,nothing,,,,,US
"""
LENS = """\
#,Jurisdiction,Kind,Display Key,Lens ID,Publication Date,Title,Abstract,Applicants,Owners,\
Document Type,Simple Family Size,Simple Family Members,IPCR Classifications,Legal Status
1,US,A1,US 2017/0225567 A1,001-002-003-004-005,2017-08-10,Device,,A;;B,,Patent Application,2,\
001-002-003-004-005;;001-002-003-004-006;;001-002-003-004-009,B60K35/00,ACTIVE
2,US,B2,US 9802691 B2,001-002-003-004-006,2017-10-31,Device,,A [US],,Granted Patent,2,\
001-002-003-004-005;;WO 2015/123456 A1,B60K35/00,ACTIVE
"""


def _document(office: str, number: str, kind: str, date: str | None = None) -> dict[str, str]:
    found = {"jurisdiction": office, "doc_number": number, "kind": kind}
    return {"document_id": found | ({"date": date} if date else {})}


RECORDS = [
    {
        "lens_id": "1",
        "jurisdiction": "US",
        "doc_number": "9802691",
        "kind": "B2",
        "date_published": "2017-10-31",
        "biblio": {
            "application_reference": _document("US", "201615322008", "A")["document_id"],
            "priority_claims": {
                "claims": [
                    _document("JP", "2014-221207", "A", "2014/10/30")["document_id"],
                    _document("JP", "2014-9", "A", "nothing")["document_id"],
                ]
            },
            "invention_title": [{"text": "Drohne", "lang": "de"}, {"text": "Drone", "lang": "en"}],
            "parties": {
                "applicants": [
                    {"residence": "US", "extracted_name": {"value": "ACME"}},
                    {"residence": "Utopia", "extracted_name": {"value": "BETA"}},
                    {"residence": "US"},
                ],
                "inventors": [
                    {"extracted_name": {"value": "DOE J"}, "extracted_address": " Austin "}
                ],
            },
            "classifications_cpc": {"classifications": [{"symbol": "B64C39/02"}, {}]},
            "references_cited": {
                "citations": [
                    {"patcit": _document("EP", "123456", "A1"), "category": "[X], Y"},
                    {"nplcit": {"lens_id": "7"}},
                    {"nplcit": {"text": "A book"}},
                ],
                "patent_count": 1,
            },
            "cited_by": {"patents": [_document("EP", "0123456", "A1"), {}]},
        },
        "families": {"simple_family": {"members": [_document("WO", "2015123456", "A1")]}},
        "legal_status": {"patent_status": "ACTIVE", "application_expiry_date": "2036-12-23"},
        "abstract": [{"text": "Flies."}],
        "claims": [{"claims": [{"claim_text": ["1. A drone.", "2. The drone of claim 1."]}]}],
    },
    {
        "lens_id": "2",
        "jurisdiction": "EP",
        "doc_number": "0123456",
        "kind": "A1",
        "biblio": {"parties": {"applicants": []}, "invention_title": []},
        "families": {"simple_family": {"members": []}},
        "claims": [{"claims": [{"claim_text": ["a"]}, {"claim_text": ["b"]}]}, {"claims": []}],
    },
    {"lens_id": "3", "biblio": {"parties": "none"}},
    {"lens_id": "4", "jurisdiction": "US"},
]
LINES = "".join(f"{json.dumps(record)}\n" for record in RECORDS) + '{"lens_id": \n'
DOCUMENT = """\
<?xml version="1.0"?><us-patent-grant><us-bibliographic-data-grant><publication-reference>\
<document-id><country>US</country><doc-number>0765432{n}</doc-number><kind>B2</kind>\
<date>20100202</date></document-id></publication-reference><invention-title>Tap</invention-title>\
</us-bibliographic-data-grant></us-patent-grant>
"""
FILES = {
    "patsnap": {"a.csv": PATSNAP, "b.csv": PATSNAP.replace("US7654321B2,y", "US7654322B2,y")},
    "lens": {"a.csv": LENS},
    "lens-jsonl": {"a.jsonl": LINES, "b.jsonl": LINES},
    "uspto": {"a.xml": "".join(DOCUMENT.format(n=n) for n in (1, 2)) + "<?xml <broken"},
}


def _tables(spark, source: str, files: dict[str, str], folder: Path, name: str):
    folder.mkdir(exist_ok=True)
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    output = folder.parent / name
    summary = ingest(spark, source, [str(folder)], str(output)).as_dict()
    rows = {
        table: sorted(map(str, pq.read_table(output / table).to_pylist()))
        for table in ("patents", "citations", "rejects")
    }
    return summary, rows


@pytest.mark.parametrize("source", FILES)
@pytest.mark.parametrize("bound", ["_HELD_SIZE", "_HELD_BYTES"])
def test_few_records_make_the_tables_that_many_do(
    spark, tmp_path, monkeypatch, source, bound
) -> None:
    if running().name != "embedded":
        pytest.skip("Spark makes all tables")
    held = _tables(spark, source, FILES[source], tmp_path / "in", "held")
    put = []
    monkeypatch.setattr(written.Written, "put", lambda *given: put.append(given))
    monkeypatch.setattr(written, bound, 10)
    by_engine = _tables(spark, source, FILES[source], tmp_path / "in", "by_engine")
    assert not put
    assert held == by_engine
    assert held[1]["patents"]
    assert held[1]["rejects"] or source == "lens"
