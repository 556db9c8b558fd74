"""PatentCore finds key core technologies in patent data on Apache Spark.

The modules follow the data: ``sources`` bring exports into canonical tables, ``screening`` keeps
the key patents, ``networks`` builds their network, ``centrality`` measures it, ``scoring`` ranks.
"""

__version__ = "0.1.0"
