"""Small inputs of every format: those of the formats' own tests."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq
from tests.sources.formats import (
    test_derwent,
    test_derwent_table,
    test_dii,
    test_docdb,
    test_edges,
    test_espacenet,
    test_google,
    test_incopat,
    test_lens,
    test_ops,
    test_patentsview,
    test_patentsview_api,
    test_patentsview_pregrant,
    test_patsnap,
    test_patstat,
    test_rows,
    test_uspto,
    test_uspto_json,
)
from tests.sources.test_hostile_json import as_json, record


def _parquet(row: Mapping[str, object]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([row]), buffer)
    return buffer.getvalue()


def _texts(tables: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in tables.items()}


_PATSNAP = test_patsnap.export(
    *(
        {
            "公开(公告)号": f"CN10551{at:04}A",
            "标题": f"折叠\n屏幕 {at}",
            "专利类型": "发明申请",
            "公开(公告)日": "2016-04-20",
            "申请号": f"CN20151000{at:04}.5",
            "[标]原始申请(专利权)人": "华为技术有限公司 | Apple Inc.",
            "IPC分类号": "G06F3/041 | H04W4/02",
            "引用专利": "US7654321B2(X) | EP1234567A1",
            "权利要求数": str(at),
        }
        for at in range(12)
    )
)
_SEARCH = (
    "search URL:,https://patents.google.com/?q=pump\n"
    "id,title,assignee,inventor/author,priority date,filing/creation date,publication date,"
    "grant date,result link,representative figure link\n"
    "US-7654321-B2,Pump,Acme,Doe,2005-01-02,2006-01-02,2010-02-02,2010-02-02,https://x/a,\n"
    'EP-1234567-A1,"Valve, new",Beta,Roe,2001-01-02,2002-01-02,2003-02-02,,https://x/b,\n'
)
_PPUBS = {
    "guid": "US-20250360231-A1",
    "publicationReferenceDocumentNumber": "20250360231",
    "datePublished": "2025-11-27",
    "inventionTitle": "Pump",
    "type": "US-PGPUB",
    "ipcCodeFlattened": "F04B1/00;F04B3/00",
}

# By source; a word behind it tells inputs of one source apart.
INPUTS: dict[str, dict[str, bytes]] = {
    "patsnap": {"export.csv": _PATSNAP},
    "patsnap workbook": {
        "export.xlsx": test_patsnap.workbook(
            ["公开(公告)号", "标题", "申请日", "引用专利"],
            *([f"CN10551{at:04}A", "x", "2016-04-20", "US7654321B2"] for at in range(9)),
        )
    },
    "patsnap old workbook": {"export.xls": test_patsnap.OLD_WORKBOOK},
    "incopat": {"export.csv": test_incopat.EXPORT.encode()},
    "lens": {"export.csv": test_lens.NEWEST.encode()},
    "lens older": {"export.csv": test_lens.MIDDLE.encode()},
    "lens-jsonl": {
        "a.jsonl": "\n".join(json.dumps(record(n)) for n in range(1_000_000, 1_000_009)).encode()
    },
    "lens-jsonl array": {"a.json": as_json(7654321, 7654322, 7654323).encode()},
    "lens-jsonl record": {"a.json": json.dumps(test_lens.RECORD, indent=1).encode()},
    "google": {
        "a.json": "\n".join(
            json.dumps(test_google.PUBLICATION | {"publication_number": f"US-765033{n}-B1"})
            for n in range(5)
        ).encode()
    },
    "google parquet": {"a.parquet": _parquet(test_google.PUBLICATION)},
    "espacenet": {"a.csv": test_espacenet.DOWNLOAD.encode()},
    "derwent": _texts(
        {
            "numbers.csv": test_derwent.NUMBERS,
            "applicants.csv": test_derwent.APPLICANTS,
            "lens.csv": test_derwent.LENS,
        }
    ),
    "derwent-table": {
        "a.csv": test_derwent_table.EXPORT.encode()
        if isinstance(test_derwent_table.EXPORT, str)
        else test_derwent_table.EXPORT
    },
    "dii": {"a.txt": test_dii.TAGGED.encode()},
    "docdb": {"a.xml": (test_docdb.HEAD + test_docdb.DOCUMENT).encode()},
    "edges": {"a.txt": test_edges.SNAP.encode()},
    "ops": {"a.xml": test_ops.LEGAL.encode()},
    "ops family": {"a.xml": test_ops.FAMILY.encode()},
    "patentsview": _texts(test_patentsview.TABLES),
    "patentsview old": _texts(test_patentsview.OLD_TABLES),
    "patentsview-api": {
        "a.json": json.dumps({"patents": [test_patentsview_api.OF_TODAY]}).encode()
    },
    "patentsview-pregrant": _texts(
        {"a.csv": test_patentsview_pregrant.APPLICATIONS, "b.csv": test_patentsview_pregrant.CPC}
    ),
    "patstat": _texts(test_patstat.TABLES),
    "orbit": {"a.csv": test_rows.ORBIT_TABLE.encode()},
    "wips": {"a.csv": test_rows.WIPS_TABLE.encode("cp949")},
    "kipris": {"a.csv": test_rows.KIPRIS_TABLE.encode()},
    "jplatpat": {"a.csv": test_rows.JPLATPAT_TABLE.encode("cp932")},
    "patentscope": {"a.csv": test_rows.PATENTSCOPE_TABLE.encode()},
    "uspto": {"a.xml": (test_uspto.GRANT_2005 + test_uspto.GRANT_2013).encode()},
    "uspto-odp": {
        "a.json": json.dumps({"patentFileWrapperDataBag": [test_uspto_json.WRAPPER]}).encode()
    },
    "uspto-ppubs": {"a.json": json.dumps({"patents": [_PPUBS]}).encode()},
    "google-search": {"a.csv": _SEARCH.encode()},
}
