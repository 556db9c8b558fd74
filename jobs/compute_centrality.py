"""Measure the network: reads ``vertices`` and ``edges``, writes ``centrality``.

Through spark-submit, with the options of ``patentcore centrality``.
"""

from patentcore.cli import submitted

submitted("centrality")
