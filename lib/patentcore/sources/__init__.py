"""Adapters: one module per export format, raw file to canonical tables."""

from patentcore.sources.adapter import Adapter, Ingested
from patentcore.sources.ingest import ADAPTERS, IngestSummary, Recognised, ingest, recognise

__all__ = ["ADAPTERS", "Adapter", "IngestSummary", "Ingested", "Recognised", "ingest", "recognise"]
