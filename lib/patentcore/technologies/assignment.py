"""Which patents belong to which technology, and by which rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.technologies.catalogue import Technology
from patentcore.words.symbols import at_level

# The rules in order: the first that holds is the evidence.
RULES = ("code", "title", "title+code", "abstract+code")

_HAN = "\\u4e00-\\u9fff"
# Where Chinese and Latin characters meet; without look-around, which not every engine knows.
_SEAMS = (f"([{_HAN}])([a-z0-9])", f"([a-z0-9])([{_HAN}])")
_RULE_SCHEMA = "technology string, kind string, word string, needle string, head string"


def normalised(text: Column) -> Column:
    """Return a text in lower case, words parted by single blanks, a blank at both ends.

    Chinese and other characters are parted too, so that ``一种ITO靶材`` has the word ``ito``.

    >>> df = spark.createDataFrame([("Wafer-stepper, EUV",)], "title string")
    >>> df.select(normalised(F.col("title")).alias("title")).show()
    +-------------------+
    |              title|
    +-------------------+
    | wafer stepper euv |
    +-------------------+
    <BLANKLINE>
    """
    parted = F.regexp_replace(F.lower(text), r"[^\p{L}\p{N}]+", " ")
    for seam in _SEAMS:
        parted = F.regexp_replace(parted, seam, "$1 $2")
    return F.concat(F.lit(" "), parted, F.lit(" "))


def needles(word: str) -> list[str]:
    """Return what to look for in a normalised text.

    A word with Chinese characters matches anywhere; any other as a whole word or its plural.

    >>> needles("ITO靶材"), needles("Wafer-stepper")
    (['ito 靶材'], [' wafer stepper ', ' wafer steppers '])
    """
    plain = re.sub(r"[^\w]+|_", " ", word.lower()).strip()
    for seam in _SEAMS:
        plain = re.sub(seam, r"\1 \2", plain)
    if re.search(f"[{_HAN}]", plain):
        return [plain]
    return [f" {plain} ", f" {plain}s "]


def head(needle: str) -> str:
    """Return what a text must have among its :func:`heads` to hold the needle.

    >>> head(" wafer stepper "), head("ito 靶材"), head("钛")
    ('wafer', '靶材', '钛')
    """
    chinese = re.search(f"[{_HAN}]{{2}}", needle) or re.search(f"[{_HAN}]", needle)
    return chinese[0] if chinese else needle.split()[0]


def heads(text: Column) -> Column:
    """Return the words of a normalised text and the Chinese characters in it, by twos and ones.

    Looking needles up by one of these spares looking for each of them in each text.

    >>> df = spark.createDataFrame([(" wafer stepper ",)], "title string")
    >>> df.select(heads(F.col("title")).alias("heads")).show()
    +----------------+
    |           heads|
    +----------------+
    |[wafer, stepper]|
    +----------------+
    <BLANKLINE>
    """
    # The pairs that begin at odd characters of a run, then, its first cut off, the others.
    runs = (text, F.regexp_replace(text, f"[{_HAN}]([{_HAN}]*)", "$1"))
    pairs = (F.regexp_extract_all(run, F.lit(f"([{_HAN}]{{2}})"), F.lit(1)) for run in runs)
    characters = F.regexp_extract_all(text, F.lit(f"([{_HAN}])"), F.lit(1))
    return F.array_distinct(F.concat(F.split(F.trim(text), " "), *pairs, characters))


def rule_rows(catalogue: Mapping[str, Technology]) -> list[tuple[str, str, str, str, str]]:
    """Return the catalogue's rules as rows: technology, kind, word, needle, head."""
    rows = []
    for name, technology in catalogue.items():
        for kind, words in (
            ("keyword", technology.keywords),
            ("weak", technology.weak_keywords),
            ("not", technology.not_keywords),
        ):
            rows += [
                (name, kind, word, needle, head(needle))
                for word in words
                for needle in needles(word)
            ]
        for kind, codes in (("code", technology.codes), ("context", technology.context)):
            rows += [(name, kind, code, _symbol(code), "") for code in codes]
    return rows


def _symbol(code: str) -> str:
    """Return the beginning of the symbols that a code stands for; a main group ends with ``/``."""
    plain = code.upper().replace(" ", "")
    return plain if "/" in plain or len(plain) <= 4 else f"{plain}/"


def rules_frame(spark: SparkSession, catalogue: Mapping[str, Technology]) -> DataFrame:
    """Return the catalogue's rules: technology, kind, word, needle, head."""
    return spark.createDataFrame(rule_rows(catalogue), _RULE_SCHEMA)


def assign(patents: DataFrame, rules: DataFrame) -> DataFrame:
    """Assign patents to technologies, many to many.

    Args:
        patents: publication_number, title, abstract, ipc, cpc.
        rules: technology, kind (code, context, keyword, weak, not), word, needle, head; small
            enough to be sent to every executor.

    Returns:
        technology, publication_number, rule (one of ``RULES``), matched (the code or word).

    >>> laser = Technology(name_zh="激光", name_en="laser", keywords_en=("laser",), codes=("H01S",))
    >>> patents = spark.createDataFrame(
    ...     [
    ...         ("A", "Lasers for lidar", None, ["G01S 17/00"], None),
    ...         ("B", "Diode", None, ["H01S 5/00"], None),
    ...     ],
    ...     "publication_number string, title string, abstract string, ipc array<string>, "
    ...     "cpc array<string>",
    ... )
    >>> found = assign(patents, rules_frame(spark, {"laser": laser}))
    >>> found.orderBy("publication_number").show()
    +----------+------------------+-----+-------+
    |technology|publication_number| rule|matched|
    +----------+------------------+-----+-------+
    |     laser|                 A|title|  laser|
    |     laser|                 B| code|   H01S|
    +----------+------------------+-----+-------+
    <BLANKLINE>
    """
    texts = patents.select(
        "publication_number", "title", "abstract", _symbols().alias("symbols")
    ).where(F.col("publication_number").isNotNull())
    places = _places(texts, rules)
    hits = _union(
        [_code_hits(texts, places), _title_hits(texts, rules), _framed_hits(texts, places, rules)]
    )
    order = F.when(F.col("rule") == "not", -1).otherwise(
        F.array_position(F.lit(list(RULES)), F.col("rule"))
    )
    is_ruled_out = F.col("ruled_out") & (F.col("first.rule") != "code")
    return (
        hits.groupBy("technology", "publication_number")
        .agg(
            F.max(F.col("rule") == "not").alias("ruled_out"),
            # The least of (order, rule, matched) among what speaks for the technology.
            F.min(
                F.when(F.col("rule") != "not", F.struct(order.alias("order"), "rule", "matched"))
            ).alias("first"),
        )
        .where(F.col("first").isNotNull() & ~is_ruled_out)
        .select(
            "technology",
            "publication_number",
            F.col("first.rule").alias("rule"),
            F.col("first.matched").alias("matched"),
        )
    )


def _union(frames: Iterable[DataFrame]) -> DataFrame:
    first, *others = frames
    for other in others:
        first = first.unionByName(other)
    return first


def _symbols() -> Column:
    """All IPC symbols of a patent, then its CPC symbols, in capitals and without blanks."""
    none = F.array().cast("array<string>")
    both = F.concat(F.coalesce("ipc", none), F.coalesce("cpc", none))
    # All in one text: engines compile this, and interpret a function of each element.
    whole = at_level(F.array_join(both, "|"), "symbol")
    return F.array_distinct(F.split(whole, r"\|"))


def _places(texts: DataFrame, rules: DataFrame) -> DataFrame:
    """Which of the symbols in use stand for which technology: symbol, technology, kind, word."""
    codes = rules.where(F.col("kind").isin("code", "context"))
    in_use = texts.select(F.explode("symbols").alias("symbol")).distinct()
    # A symbol that is only a main group, as some exports cut it, is that group.
    whole = F.when(F.col("symbol").contains("/"), F.col("symbol")).otherwise(
        F.concat("symbol", F.lit("/"))
    )
    return in_use.join(
        F.broadcast(codes), on=whole.startswith(F.col("needle")), how="inner"
    ).select("symbol", "technology", "kind", "word")


def _code_hits(texts: DataFrame, places: DataFrame) -> DataFrame:
    """What codes tell alone: those of the main subclass, as others are given to a mere use, too."""
    alone = places.where(F.col("kind") == "code").drop("kind")
    main_subclass = F.substring(F.get("symbols", F.lit(0)), 1, 4).alias("main_subclass")
    return (
        texts.select("publication_number", main_subclass, F.explode("symbols").alias("symbol"))
        .where(F.col("symbol").startswith(F.col("main_subclass")))
        .join(F.broadcast(alone), on="symbol", how="inner")
        .select(
            "technology",
            "publication_number",
            F.lit("code").alias("rule"),
            F.col("word").alias("matched"),
        )
    )


def _title_hits(texts: DataFrame, rules: DataFrame) -> DataFrame:
    words = rules.where(F.col("kind").isin("keyword", "not"))
    titles = texts.select("publication_number", normalised(F.col("title")).alias("title"))
    return (
        titles.where(F.col("title").isNotNull())
        .withColumn("head", F.explode(heads(F.col("title"))))
        .join(F.broadcast(words), on="head", how="inner")
        .where(F.col("title").contains(F.col("needle")))
        .select(
            "technology",
            "publication_number",
            F.when(F.col("kind") == "not", "not").otherwise("title").alias("rule"),
            F.col("word").alias("matched"),
        )
    )


def _framed_hits(texts: DataFrame, places: DataFrame, rules: DataFrame) -> DataFrame:
    """What counts only beside a context code: weak words of titles, words of abstracts."""
    frame = places.where(F.col("kind") == "context").select("symbol", "technology").distinct()
    words = rules.where(F.col("kind").isin("keyword", "weak"))
    framed = (
        texts.select(
            "publication_number", "title", "abstract", F.explode("symbols").alias("symbol")
        )
        .join(F.broadcast(frame), on="symbol", how="inner")
        .withColumns(
            {"title": normalised(F.col("title")), "abstract": normalised(F.col("abstract"))}
        )
    )
    text = F.when(F.col("kind") == "weak", F.col("title")).otherwise(F.col("abstract"))
    return (
        framed.join(F.broadcast(words), on="technology", how="inner")
        .where(text.contains(F.col("needle")))
        .select(
            "technology",
            "publication_number",
            F.when(F.col("kind") == "weak", "title+code").otherwise("abstract+code").alias("rule"),
            F.col("word").alias("matched"),
        )
    )
