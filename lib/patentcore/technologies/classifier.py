"""Patents that rules miss, by a classifier that learns from those that they find.

After Abood & Feltenberger, Automated patent landscaping, Artificial Intelligence and Law 26 (2018):
the *seed* is what the rules say a technology is about; its *expansion* is what belongs to the same
families, cites or is cited by it, or has a symbol that is much more frequent in it than in the
corpus; the *anti-seed* is drawn from outside the expansion. A linear classifier of words and
symbols learns to tell them apart, and of the expansion keeps what is like the seed.

Ours: anti-seeds come half from the subclasses of the seed, for strangers are told too easily; and
what rules say merely uses a technology counts against, judged itself by classifiers that have not
seen its family. Engines find the expansion; learning is done in this process, whatever the engine.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from patentcore.errors import EnvironmentProblem
from patentcore.words.symbols import at_level

RULE = "classifier"
SEED, FOLDS = 2018, 5
# Fewer inventions teach nothing; more publications than these teach no more.
FEWEST, MOST = 20, 2_000
# Publications that anti-seeds are taken from: so many for each seed, and no fewer than the least.
POOL, ANTI_SEEDS, LEAST_ANTI_SEEDS = 20_000, 5, 500
# A symbol tells a technology that is so much more frequent in its seed than in the corpus (as in
# the paper), or of whose publications so many are of the seed, where the corpus is of one field.
LIFT, SHARE = 50.0, 0.2
# Of an abstract so many characters are read.
_READ = 2_000

_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[^\W\d_]\w+")
_FOUND = "technology string, publication_number string, grade string, rule string, matched string"
_KEYS = ["technology", "publication_number"]

Floats = npt.NDArray[np.float64]


class Text(NamedTuple):
    """What is learnt from of a publication, and the invention that it is of."""

    title: str
    abstract: str
    symbols: tuple[str, ...]
    invention: str


def require() -> None:
    """Refuse to begin where scikit-learn is missing.

    Raises:
        EnvironmentProblem: with the remedy.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise EnvironmentProblem(
            "technologies.classifier needs scikit-learn, which is not installed: "
            "pip install 'patentcore[classifier]', or leave the key out"
        )


def with_classified(
    assigned: DataFrame,
    patents: DataFrame,
    inventions: DataFrame,
    citations: DataFrame,
    *,
    least: float,
) -> DataFrame:
    """Return the assignments of the rules and, in the grade core, those of the classifier.

    Args:
        assigned: by rules, see :func:`assignment.assign`; read several times.
        patents: publication_number, title, abstract, ipc, cpc.
        inventions: publication_number, invention.
        citations: citing, cited.
        least: probability from which the classifier assigns.

    Returns:
        As ``assigned``; ``rule`` is ``classifier`` and ``matched`` its probability where no rule
        says that a patent is about a technology.
    """
    spark = assigned.sparkSession
    graded: dict[str, dict[str, str]] = defaultdict(dict)
    for row in assigned.select(*_KEYS, "grade").collect():
        graded[row.technology][row.publication_number] = row.grade
    texts = _texts(patents).join(inventions, on="publication_number", how="inner")
    reached: dict[str, set[str]] = defaultdict(set)
    expanded = expansion(assigned, texts, citations)
    for row in expanded.collect():
        reached[row.technology].add(row.publication_number)
    pool = _drawn(texts)
    wanted = {*pool, *(n for of in (*graded.values(), *reached.values()) for n in of)}
    told = classified(_read(spark, texts, wanted), graded, reached, pool)
    rows = [
        (technology, number, "core", RULE, f"{probability:.3f}")
        for (technology, number), probability in sorted(told.items())
        if probability >= least
    ]
    found = spark.createDataFrame(rows, _FOUND)
    return assigned.join(found.select(*_KEYS), on=_KEYS, how="left_anti").unionByName(found)


def expansion(assigned: DataFrame, texts: DataFrame, citations: DataFrame) -> DataFrame:
    """Return what is near the seeds: technology, publication_number.

    Args:
        assigned: technology, publication_number, grade.
        texts: publication_number, invention, symbols.
        citations: citing, cited.

    >>> assigned = spark.createDataFrame(
    ...     [("laser", "A", "core"), ("laser", "D", "use")],
    ...     "technology string, publication_number string, grade string",
    ... )
    >>> texts = spark.createDataFrame(
    ...     [(name, name[0], []) for name in ("A", "A1", "B", "C", "D")],
    ...     "publication_number string, invention string, symbols array<string>",
    ... )
    >>> citations = spark.createDataFrame([("A", "B")], "citing string, cited string")
    >>> expansion(assigned, texts, citations).orderBy("publication_number").show()
    +----------+------------------+
    |technology|publication_number|
    +----------+------------------+
    |     laser|                A1|
    |     laser|                 B|
    |     laser|                 D|
    +----------+------------------+
    <BLANKLINE>
    """
    seeds = assigned.where(F.col("grade") == "core").select(*_KEYS)
    inventions = texts.select("publication_number", "invention")
    families = (
        seeds.join(inventions, on="publication_number", how="inner")
        .select("technology", "invention")
        .distinct()
        .join(inventions, on="invention", how="inner")
    )
    linked = [
        seeds.join(
            citations.select(
                F.col(here).alias("publication_number"), F.col(there).alias("neighbour")
            ),
            on="publication_number",
            how="inner",
        ).select("technology", F.col("neighbour").alias("publication_number"))
        for here, there in (("citing", "cited"), ("cited", "citing"))
    ]
    near = assigned.where(F.col("grade") == "use").select(*_KEYS)
    for others in (families, *linked, _alike(seeds, texts)):
        near = near.unionByName(others.select(*_KEYS))
    return (
        near.distinct()
        .join(seeds, on=_KEYS, how="left_anti")
        .join(inventions.select("publication_number"), on="publication_number", how="left_semi")
        .select(*_KEYS)
    )


def _alike(seeds: DataFrame, texts: DataFrame) -> DataFrame:
    """What has a symbol that tells a technology: technology, publication_number."""
    coded = texts.select("publication_number", F.explode("symbols").alias("symbol"))
    everything = coded.groupBy("symbol").agg(F.count("*").alias("all"))
    total = texts.where(F.size("symbols") > 0).count()
    of_seeds = seeds.join(coded, on="publication_number", how="inner")
    sizes = of_seeds.groupBy("technology").agg(F.countDistinct("publication_number").alias("seeds"))
    lift = (F.col("own") / F.col("seeds")) / (F.col("all") / F.lit(max(total, 1)))
    is_telling = (F.col("own") >= 2) & ((lift >= LIFT) | (F.col("own") / F.col("all") >= SHARE))
    telling = (
        of_seeds.groupBy("technology", "symbol")
        .agg(F.count("*").alias("own"))
        .join(sizes, on="technology", how="inner")
        .join(everything, on="symbol", how="inner")
        .where(is_telling)
        .select("technology", "symbol")
    )
    return coded.join(F.broadcast(telling), on="symbol", how="inner").select(*_KEYS)


def _texts(patents: DataFrame) -> DataFrame:
    return patents.where(F.col("publication_number").isNotNull()).select(
        "publication_number",
        F.coalesce("title", F.lit("")).alias("title"),
        F.coalesce(F.substring("abstract", 1, _READ), F.lit("")).alias("abstract"),
        _symbols().alias("symbols"),
    )


def _symbols() -> Column:
    none = F.array().cast("array<string>")
    both = F.concat(F.coalesce("ipc", none), F.coalesce("cpc", none))
    whole = at_level(F.array_join(both, "|"), "symbol")
    return F.when(whole != "", F.array_distinct(F.split(whole, r"\|"))).otherwise(none)


def _drawn(texts: DataFrame) -> list[str]:
    """Draw the pool of anti-seeds, whose order is the draw's."""
    order = F.xxhash64(F.lit(SEED), "publication_number")
    drawn = texts.select("publication_number", order.alias("order")).orderBy("order").limit(POOL)
    rows = sorted(drawn.collect(), key=lambda row: (row.order, row.publication_number))
    return [row.publication_number for row in rows]


def _read(spark: SparkSession, texts: DataFrame, numbers: Collection[str]) -> dict[str, Text]:
    wanted = spark.createDataFrame([(one,) for one in sorted(numbers)], "publication_number string")
    found = texts.join(F.broadcast(wanted), on="publication_number", how="left_semi").collect()
    return {
        row.publication_number: Text(row.title, row.abstract, tuple(row.symbols), row.invention)
        for row in sorted(found, key=lambda row: row.publication_number)
    }


def classified(
    texts: Mapping[str, Text],
    graded: Mapping[str, Mapping[str, str]],
    reached: Mapping[str, Collection[str]],
    pool: Sequence[str],
) -> dict[tuple[str, str], float]:
    """Return the probability of each technology and publication of its expansion.

    Args:
        texts: of all publications below.
        graded: of each technology the grade that rules give a publication.
        reached: of each technology its expansion.
        pool: publications drawn from the corpus, in the order of the draw.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    names = {
        technology: _taught(texts, grades, reached.get(technology, ()), pool)
        for technology, grades in graded.items()
    }
    names = {technology: taught for technology, taught in names.items() if taught[0]}
    if not names:
        return {}
    numbers = list(texts)
    matrix = TfidfVectorizer(analyzer=tokens, min_df=2, sublinear_tf=True).fit_transform(
        texts[number] for number in numbers
    )
    places = {number: place for place, number in enumerate(numbers)}
    told = {}
    for technology, (seeds, against) in sorted(names.items()):
        asked = sorted(reached.get(technology, ()))
        of = [[places[number] for number in some] for some in (seeds, against, asked)]
        groups = [texts[number].invention for number in (*seeds, *against)]
        found = probabilities(matrix, *of, groups=groups)
        told.update({(technology, n): float(p) for n, p in zip(asked, found, strict=True)})
    return told


def _taught(
    texts: Mapping[str, Text],
    grades: Mapping[str, str],
    reached: Collection[str],
    pool: Sequence[str],
) -> tuple[list[str], list[str]]:
    """Return seeds and what counts against; both empty where the seeds are too few."""
    by_grade = {
        grade: [n for n in sorted(grades) if grades[n] == grade and n in texts][:MOST]
        for grade in ("core", "use")
    }
    seeds = by_grade["core"]
    if len({texts[number].invention for number in seeds}) < FEWEST:
        return [], []
    outside = [n for n in pool if n not in grades and n not in reached]
    subclasses = {symbol[:4] for number in seeds for symbol in texts[number].symbols}
    near = [n for n in outside if any(s[:4] in subclasses for s in texts[n].symbols)]
    half = max(LEAST_ANTI_SEEDS, ANTI_SEEDS * len(seeds)) // 2
    anti = list(dict.fromkeys([*outside[:half], *near[:half]]))
    return seeds, by_grade["use"] + anti


def probabilities(
    matrix: Any,
    seeds: Sequence[int],
    against: Sequence[int],
    asked: Sequence[int],
    *,
    groups: Sequence[str],
) -> Floats:
    """Return the calibrated probabilities of the rows that are asked for.

    A linear support vector machine; its margins become probabilities by a logistic curve through
    those of each fold under the machine that the others taught (Platt 1999).

    Args:
        matrix: a row of features a publication.
        seeds: rows of the technology.
        against: rows that are not.
        asked: rows to tell; one of ``against`` is told by machines that have not seen it.
        groups: the invention of each of ``seeds``, then of ``against``: never in two folds.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.svm import LinearSVC

    rows = [*seeds, *against]
    taught, truth = matrix[rows], np.r_[np.ones(len(seeds)), np.zeros(len(against))]
    machine = LinearSVC(random_state=SEED)
    margins = np.zeros(len(rows))
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for others, fold in folds.split(taught, truth, groups):
        machine.fit(taught[others], truth[others])
        margins[fold] = machine.decision_function(taught[fold])
    curve = LogisticRegression(C=1e6).fit(margins[:, None], truth)
    unseen = dict(zip(rows, margins, strict=True))
    own = (
        machine.fit(taught, truth).decision_function(matrix[asked]) if len(asked) else np.array([])
    )
    wanted = np.array([unseen.get(row, margin) for row, margin in zip(asked, own, strict=True)])
    return curve.predict_proba(wanted[:, None])[:, 1] if len(asked) else wanted


def tokens(text: Text) -> Iterator[str]:
    """Yield the features of a publication: Chinese characters by twos, words, and these by twos.

    A symbol counts as itself, as its main group and as its subclass.

    >>> list(tokens(Text("激光雷达 SPAD array", "", ("G01S17/89",), "A")))
    ['激光', '光雷', '雷达', 'spad', 'array', 'spad array', '#G01S', '#G01S17', '#G01S17/89']
    """
    both = f"{text.title} | {text.abstract}".lower()
    for run in _HAN.findall(both):
        yield from (run[i : i + 2] for i in range(len(run) - 1))
    words = _WORD.findall(_HAN.sub(" ", both))
    yield from words
    yield from (f"{one} {other}" for one, other in itertools.pairwise(words))
    for symbol in text.symbols:
        yield from (f"#{symbol[:4]}", f"#{symbol.split('/')[0]}", f"#{symbol}")
