"""A result as files of other programs."""

from patentcore.results.export.export import FORMATS, NETWORKS, Request, export

__all__ = ["FORMATS", "NETWORKS", "Request", "export"]
