"""Rank the key patents: reads ``key_patents``, ``edges``, ``centrality``, writes ``scores``.

Through spark-submit, with the options of ``patentcore score``.
"""

from patentcore.cli import submitted

submitted("score")
