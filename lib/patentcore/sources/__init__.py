"""Adapters: one module per export format, raw file to canonical tables."""

from patentcore.sources.formats.adapter import Adapter
from patentcore.sources.ingest import ingest
from patentcore.sources.recognise import ADAPTERS, Recognised, recognise
from patentcore.sources.record.ingested import Ingested
from patentcore.sources.summary import IngestSummary

__all__ = ["ADAPTERS", "Adapter", "IngestSummary", "Ingested", "Recognised", "ingest", "recognise"]
