"""The HTML report of a finished run, made from its output tables and ``run.json`` alone."""

from patentcore.results.report.write import write_report

__all__ = ["write_report"]
