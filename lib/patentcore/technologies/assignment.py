"""Which patents belong to which technology, by which rule, and how near.

A patent is about a technology (``core``) or has to do with it (``use``): codes beside the main one
are given to a mere use of a technology, too, and an abstract mentions much.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.technologies.catalogue import Technology
from patentcore.technologies.codes import is_covered, place_of
from patentcore.words.symbols import at_level

# The rules in order: the first that holds is the evidence.
GRADES = {
    "main code": "core",
    "codes": "core",
    "title": "core",
    "title+code": "core",
    "abstract+code": "use",
    "code": "use",
}
RULES = tuple(GRADES)
BY_CODE = ("main code", "codes", "code")
# How many of a patent's symbols, and what share of them, say that it is about a technology.
SEVERAL, SHARE = 2, 0.6

_PAUSE = r"[,;:.()\[\]，；：。、（）]"
_HAN = "\\u4e00-\\u9fff"
# Where Chinese and Latin characters meet; without look-around, which not every engine knows.
_SEAMS = (f"([{_HAN}])([a-z0-9])", f"([a-z0-9])([{_HAN}])")
_RULE_SCHEMA = (
    "technology string, kind string, word string, needle string, head string, low string, "
    "high string"
)


def normalised(text: Column) -> Column:
    """Return a text in lower case, words parted by single blanks, a blank at both ends.

    Chinese and other characters are parted too, so that ``一种ITO靶材`` has the word ``ito``. A
    comma or the like stays as a bar, for words on either side of one make no phrase.

    >>> df = spark.createDataFrame([("Wafer-stepper, EUV",)], "title string")
    >>> df.select(normalised(F.col("title"))).first()[0]
    ' wafer stepper | euv '
    """
    barred = F.regexp_replace(F.lower(text), _PAUSE, "|")
    parted = F.regexp_replace(F.regexp_replace(barred, r"[^\p{L}\p{N}|]+", " "), r"\|", " | ")
    parted = F.trim(F.regexp_replace(parted, " +", " "))
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


def rule_rows(catalogue: Mapping[str, Technology]) -> list[tuple[str, ...]]:
    """Return the catalogue's rules as rows: technology, kind, word, needle, head, low, high."""
    rows: list[tuple[str, ...]] = []
    for name, technology in catalogue.items():
        for kind, words in (
            ("keyword", technology.keywords),
            ("weak", technology.weak_keywords),
            ("not", technology.not_keywords),
        ):
            rows += [
                (name, kind, word, needle, head(needle), "", "")
                for word in words
                for needle in needles(word)
            ]
        for kind, codes in (("code", technology.codes), ("context", technology.context)):
            places = ((code, place_of(code)) for code in codes)
            rows += [(name, kind, code, at.start, "", at.low, at.high) for code, at in places]
    return rows


def rules_frame(spark: SparkSession, catalogue: Mapping[str, Technology]) -> DataFrame:
    """Return the catalogue's rules: technology, kind, word, needle, head, low, high."""
    return spark.createDataFrame(rule_rows(catalogue), _RULE_SCHEMA)


def assign(patents: DataFrame, rules: DataFrame) -> DataFrame:
    """Assign patents to technologies, many to many.

    Args:
        patents: publication_number, title, abstract, ipc, cpc.
        rules: technology, kind (code, context, keyword, weak, not), word, needle, head, low, high;
            small enough to be sent to every executor.

    Returns:
        technology, publication_number, grade (core, use), rule (one of ``RULES``), matched (the
        code or word).

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
    +----------+------------------+-----+---------+-------+
    |technology|publication_number|grade|     rule|matched|
    +----------+------------------+-----+---------+-------+
    |     laser|                 A| core|    title|  laser|
    |     laser|                 B| core|main code|   H01S|
    +----------+------------------+-----+---------+-------+
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
    is_ruled_out = F.col("ruled_out") & ~F.col("first.rule").isin(*BY_CODE)
    core_rules = [rule for rule in RULES if GRADES[rule] == "core"]
    # A title that says it is something else leaves of the codes a mere use.
    is_core = F.col("first.rule").isin(core_rules) & ~F.col("ruled_out")
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
            F.when(is_core, "core").otherwise("use").alias("grade"),
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
    covered = is_covered(*(F.col(name) for name in ("symbol", "needle", "low", "high")))
    return in_use.join(F.broadcast(codes), on=covered, how="inner").select(
        "symbol", "technology", "kind", "word"
    )


def _code_hits(texts: DataFrame, places: DataFrame) -> DataFrame:
    """What codes tell alone: the first symbol, or several that are many of a patent's."""
    alone = places.where(F.col("kind") == "code").drop("kind")
    main = F.get("symbols", F.lit(0))
    found = (
        texts.select(
            "publication_number",
            F.size("symbols").alias("total"),
            main.alias("main"),
            F.explode("symbols").alias("symbol"),
        )
        .join(F.broadcast(alone), on="symbol", how="inner")
        .groupBy("technology", "publication_number")
        .agg(
            F.min(F.when(F.col("symbol") == F.col("main"), F.col("word"))).alias("main_word"),
            F.countDistinct("symbol").alias("count"),
            F.min("total").alias("total"),
            F.min("word").alias("word"),
        )
    )
    many = (F.col("count") >= SEVERAL) & (F.col("count") >= SHARE * F.col("total"))
    rule = F.when(F.col("main_word").isNotNull(), "main code").when(many, "codes").otherwise("code")
    return found.select(
        "technology",
        "publication_number",
        rule.alias("rule"),
        F.coalesce("main_word", "word").alias("matched"),
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
