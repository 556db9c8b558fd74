"""Adapters: one module per export format, raw file to canonical tables."""

from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.ingest import Request, ingest, ingest_into
from patentcore.sources.recognise import ADAPTERS, Recognised, recognise
from patentcore.sources.record.ingested import Ingested
from patentcore.sources.summary import IngestSummary

__all__ = [
    "ADAPTERS",
    "Adapter",
    "IngestSummary",
    "Ingested",
    "Recognised",
    "Request",
    "ingest",
    "ingest_into",
    "recognise",
]
