"""Make the calibrated synthetic corpus: tables ``patents`` and ``citations``.

Through spark-submit, with the options of ``patentcore corpus``.
"""

from patentcore.cli import submitted

submitted("corpus")
