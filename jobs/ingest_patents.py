"""Bring raw exports into the tables ``patents``, ``citations`` and ``rejects``.

Through spark-submit, with the options of ``patentcore ingest``.
"""

from patentcore.cli import submitted

submitted("ingest")
