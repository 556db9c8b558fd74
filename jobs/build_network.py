"""Build the network of ``key_patents`` from ``citations``: writes ``vertices`` and ``edges``.

Through spark-submit, with the options of ``patentcore network``.
"""

from patentcore.cli import submitted

submitted("network")
