"""The only place that knows which engine runs.

``embedded`` is Sail in this process, ``spark`` a classic session with its JVM, ``connect`` a Spark
Connect server. What others use stands here; libraries load when a session is asked for.
"""

from patentcore.engine.protocol import Ability, Engine
from patentcore.engine.session import choose, get_spark, require, running
from patentcore.engine.usage import peak_memory, usage

__all__ = ["Ability", "Engine", "choose", "get_spark", "peak_memory", "require", "running", "usage"]
