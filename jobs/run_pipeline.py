"""Run the whole method on canonical tables: from ``funnel`` to ``scores`` and ``run.json``.

Through spark-submit, with the options of ``patentcore run``.
"""

from patentcore.cli import submitted

submitted("run")
