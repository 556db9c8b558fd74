from __future__ import annotations

import datetime as dt

from patentcore.sources import recognise
from patentcore.sources.formats.docdb import Docdb

HEAD = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE exch:exchange-documents SYSTEM "docdb-entities.dtd">
<exch:exchange-documents xmlns:exch="http://www.epo.org/exchange" dtd-version="2.5.9">
"""
DOCUMENT = """
<exch:exchange-document country="EP" doc-number="1624000" kind="B1" date-publ="20080305"
 family-id="1">
<exch:bibliographic-data>
<exch:application-reference data-format="docdb"><document-id><country>EP</country>
<doc-number>05107123</doc-number><kind>A</kind><date>20050802</date></document-id>
</exch:application-reference>
<exch:application-reference data-format="epodoc"><document-id>
<doc-number>EP20050107123</doc-number></document-id></exch:application-reference>
<exch:classifications-ipcr><classification-ipcr sequence="1">
<text>F04B   1/00        20060101AFI20060310RMJP        </text></classification-ipcr>
</exch:classifications-ipcr>
<exch:patent-classifications>
<patent-classification sequence="1"><classification-scheme office="EP" scheme="CPCI"/>
<classification-symbol>F04B   1/02        </classification-symbol></patent-classification>
<patent-classification sequence="2"><classification-scheme office="JP" scheme="FI"/>
<classification-symbol>F04B   9/00        </classification-symbol></patent-classification>
</exch:patent-classifications>
<exch:priority-claims><exch:priority-claim sequence="1" data-format="docdb"><document-id>
<country>US</country><doc-number>51234504</doc-number><kind>P</kind><date>20040803</date>
</document-id></exch:priority-claim></exch:priority-claims>
<exch:parties><exch:applicants>
<exch:applicant sequence="1" data-format="docdb"><exch:applicant-name><name>ACME &Aacute;</name>
</exch:applicant-name><residence><country>FR</country></residence></exch:applicant>
<exch:applicant sequence="1" data-format="original"><exch:applicant-name><name>Acme SA</name>
</exch:applicant-name></exch:applicant></exch:applicants>
<exch:inventors><exch:inventor sequence="1" data-format="docdb"><exch:inventor-name>
<name>DOE JANE</name></exch:inventor-name></exch:inventor></exch:inventors></exch:parties>
<exch:invention-title lang="fr">Pompe</exch:invention-title>
<exch:invention-title lang="en">Pump</exch:invention-title>
<exch:references-cited>
<citation cited-phase="SEA" sequence="1"><patcit num="1"><document-id><country>US</country>
<doc-number>5825759</doc-number><kind>A</kind></document-id></patcit><category>X</category>
</citation>
<citation cited-phase="SEA" sequence="2"><nplcit num="1"><text>A book</text></nplcit></citation>
</exch:references-cited>
</exch:bibliographic-data>
<exch:abstract lang="en"><exch:p>It pumps.</exch:p><exch:p>Well.</exch:p></exch:abstract>
</exch:exchange-document>"""
BROKEN = "<exch:exchange-document country='EP'><exch:open></exch:exchange-document>"


def test_exchange_documents_are_publications(read_files) -> None:
    text = HEAD + DOCUMENT + BROKEN + "</exch:exchange-documents>"
    ingested = read_files(Docdb(), {"DOCDB-0001.xml": text.encode()})
    (patent,) = ingested.patents.collect()
    assert (patent.publication_number, patent.publication_date) == (
        "EP1624000B1",
        dt.date(2008, 3, 5),
    )
    assert (patent.application_number, patent.application_date) == (
        "EP05107123A",
        dt.date(2005, 8, 2),
    )
    assert (patent.title, patent.abstract) == ("Pump", "It pumps. Well.")
    assert [tuple(claim) for claim in patent.priorities] == [
        ("US51234504P", "US", dt.date(2004, 8, 3))
    ]
    assert patent.earliest_priority_date == dt.date(2004, 8, 3)
    assert [tuple(applicant) for applicant in patent.applicants] == [("ACME \u00c1", "FR", None)]
    assert (patent.inventors, patent.ipc, patent.cpc) == (["DOE JANE"], ["F04B1/00"], ["F04B1/02"])
    assert (patent.cites_count, patent.npl_citation_count) == (1, 1)
    cited = [(row.cited, row.category) for row in ingested.citations.collect()]
    assert cited == [("US5825759A", "X")]
    rejects = [(row.record, row.reason) for row in ingested.rejects.collect()]
    assert rejects == [("row 2", "not a readable XML document")]


def test_a_file_is_recognised(spark, tmp_path) -> None:
    path = tmp_path / "DOCDB-0001.xml"
    path.write_text(HEAD + DOCUMENT + "</exch:exchange-documents>", encoding="utf-8")
    (part,), _ = recognise(spark, [str(path)])
    assert part.adapter.name == "docdb"
