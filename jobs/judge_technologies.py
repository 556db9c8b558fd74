"""Assign patents to technologies and judge these: writes ``technologies``, ``technology_*``.

Through spark-submit, with the options of ``patentcore technologies``.
"""

from patentcore.cli import submitted

submitted("technologies")
