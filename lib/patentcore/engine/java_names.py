"""What the driver's JVM calls things, asked once.

Py4J asks the JVM what a name is each time that it is said, so each ``F.col`` is three questions: is
there a class ``functions``, has it a ``col``, and the call. Where a name stands in none of Spark's
packages that PySpark imports, all jars are searched for it in each of them.
"""

from __future__ import annotations

from typing import Any

from py4j.java_gateway import JavaClass

# Classes as PySpark names them in what a run asks for most.
_OFTEN = (
    *("functions", "org.apache.spark.sql.functions"),
    *("PythonUtils", "PythonSQLUtils", "SparkSession", "SimplePythonFunction"),
)


class KnownClass(JavaClass):
    """A class of the JVM whose methods are looked for once each."""

    def __getattr__(self, name: str) -> Any:
        """Return the method or field; only what was never asked for comes here."""
        found = super().__getattr__(name)
        if callable(found):  # a field may change
            setattr(self, name, found)
        return found


def remember(jvm: Any) -> None:
    """Let a view of the JVM keep the classes that are named most."""
    for name in _OFTEN:
        if name not in vars(jvm):
            found = getattr(jvm, name)
            if isinstance(found, JavaClass):
                setattr(jvm, name, KnownClass(found._fqn, found._gateway_client))
