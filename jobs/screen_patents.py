"""Screen the patents: reads ``patents``, writes ``key_patents``, ``funnel`` and ``rejects``.

Through spark-submit, with the options of ``patentcore screen``.
"""

from patentcore.cli import submitted

submitted("screen")
