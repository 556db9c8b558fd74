"""The list of enterprises that makes up a corpus, and names compared across their spellings.

Two names are the same where :func:`normal_name` makes the same of them: width, case, accents,
punctuation and spaces do not count, nor legal forms in front or at the end. The rule exists twice,
for Python strings and for Spark columns; a property test holds them equal. It folds every line of a
text by itself, so that a publication's applicants can be joined and folded at once.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.errors import ConfigError
from patentcore.strict import shown
from patentcore.words.lists import have_shared

_ACCENTED = "".join(
    letter
    for letter in map(chr, range(0xC0, 0x17F))
    if len(unicodedata.normalize("NFD", letter)) == 2
)
_PLAIN = "".join(unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED)
_FULL_WIDTH = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000\u00a0"
_HALF_WIDTH = "".join(chr(code) for code in range(0x21, 0x7F)) + "  "
# Whatever spaces or ends a line is a space; the separator of joined names alone ends a line.
_BETWEEN = "\x1f"
_SPACES = "".join(filter(str.isspace, map(chr, range(0x3000)))).replace(_BETWEEN, "")
_FROM = _FULL_WIDTH + _ACCENTED + string.ascii_lowercase + _SPACES + _BETWEEN
_TO = (_HALF_WIDTH + _PLAIN).upper() + string.ascii_uppercase + " " * len(_SPACES) + "\n"
_FOLD = str.maketrans(_FROM, _TO)

# Latin forms stand behind the name as words of their own; dotted ones have come apart.
_LATIN_FORMS = (
    "INCORPORATED|INC|CORPORATION|CORP|COMPANY|CO|LIMITED|LTD|LTDA|LLC|L L C|LLP|L L P|LP|L P"
    "|PLC|PTE|PTY|PVT|GMBH|G M B H|MBH|AG|KGAA|KG|OHG|UG|SE|SA|S A|SAS|S A S|SARL|S A R L|SRL"
    "|S R L|SPA|S P A|BV|B V|NV|N V|AB|A B|OY|OYJ|AS|A S|APS|KK|K K|KABUSHIKI KAISHA|GK|AND CO"
    "|ZAO|OAO|OOO|JSC|OJSC|PJSC|SP Z O O|S R O|D O O|KFT|SDN BHD|BHD|PUBL"
    "|AKTIENGESELLSCHAFT|KOMMANDITGESELLSCHAFT|GESELLSCHAFT MIT BESCHRANKTER HAFTUNG|AKTIEBOLAG"
    "|SOCIETE ANONYME|PUBLIC LIMITED COMPANY|LIMITED LIABILITY COMPANY"
)
_EASTERN_FORMS = (
    "股份有限公司|有限责任公司|有限責任公司|有限公司|股份公司|股份两合公司|两合公司|公司"
    "|株式会社|株式會社|有限会社|合同会社|주식회사"
)
# Expressions that re, java.util.regex and RE2 read alike, so without look-around; applied in order.
_STEPS: tuple[tuple[str, str], ...] = (
    ("&", " AND "),
    (r"[ !-/:-@\[-`{-~\u3001\u3002\u00b7\u30fb\u2010-\u201f\u300a-\u3011]+", " "),
    ("(?m)^ | $", ""),
    (rf"(?m)([^ \n]) ?(?:{_EASTERN_FORMS})$", "$1"),
    (rf"(?m)^(?:{_EASTERN_FORMS}) ?([^ \n])", "$1"),
    (rf"(?m)([^ \n])(?: (?:{_LATIN_FORMS}))+$", "$1"),
    (rf"(?m)([^ \n]) ?(?:{_EASTERN_FORMS})$", "$1"),
    (" ", ""),
)
_NEAR_MISSES = 3


def read_names(path: str) -> list[str]:
    """Read enterprise names and aliases: a line each, aliases after ``|``, ``#`` for comments.

    Raises:
        ConfigError: the file is missing, not UTF-8 or names nobody.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        file, why = shown(path, most=200), shown(getattr(error, "strerror", None) or error)
        raise ConfigError(f"corpus.applicants: {file} cannot be read: {why}") from error
    names = [
        name.strip()
        for line in lines
        if not line.lstrip().startswith("#")
        for name in re.split("[|｜]", line)
        if name.strip()
    ]
    if not names:
        raise ConfigError(f"corpus.applicants: {shown(path, most=200)} names no enterprise")
    return names


def normal_name(name: str) -> str:
    """Fold what differs between the spellings of one applicant's name.

    >>> normal_name("Huawei Technologies Co., Ltd.")
    'HUAWEITECHNOLOGIES'
    >>> normal_name("华为技术有限公司") == normal_name("华为技术（股份有限公司）")
    True
    >>> normal_name("Société Générale S.A.")
    'SOCIETEGENERALE'
    """
    folded = name.translate(_FOLD)
    for pattern, replacement in _STEPS:
        folded = re.sub(pattern, replacement.replace("$1", r"\1"), folded)
    return folded


def normal_name_column(name: Column) -> Column:
    """Fold a name; the Spark twin of :func:`normal_name`.

    >>> df = spark.createDataFrame(
    ...     [("Huawei Technologies Co., Ltd.",), ("华为技术（有限公司）",), (None,)], "name string"
    ... )
    >>> df.select(normal_name_column(F.col("name")).alias("normal")).show()
    +------------------+
    |            normal|
    +------------------+
    |HUAWEITECHNOLOGIES|
    |          华为技术|
    |              NULL|
    +------------------+
    <BLANKLINE>
    """
    folded = F.translate(name, _FROM, _TO)
    for pattern, replacement in _STEPS:
        folded = F.regexp_replace(folded, pattern, replacement)
    return folded


def is_one_of(applicants: Column, names: Iterable[str]) -> Column:
    """Tell whether one of a publication's applicants has one of these names.

    Args:
        applicants: array of the applicants' names.
        names: names and aliases; at least one.

    Returns:
        true or false; null where the array is.

    >>> df = spark.createDataFrame(
    ...     [(["ZTE", "Huawei Co."],), (["Huawei Device", None],), ([],), (None,)],
    ...     "applicants array<string>",
    ... )
    >>> df.withColumn("is_ours", is_one_of(F.col("applicants"), ["HUAWEI"])).show(truncate=False)
    +---------------------+-------+
    |applicants           |is_ours|
    +---------------------+-------+
    |[ZTE, Huawei Co.]    |true   |
    |[Huawei Device, NULL]|false  |
    |[]                   |false  |
    |NULL                 |NULL   |
    +---------------------+-------+
    <BLANKLINE>
    """
    # Nobody is called nothing, which is what an empty array makes.
    wanted = sorted({normal_name(name) for name in names} - {""})
    listed = F.array(*map(F.lit, wanted)).cast("array<string>")
    joined = F.array_join(applicants, _BETWEEN)
    return have_shared(F.split(normal_name_column(joined), "\n"), listed)


@dataclass(frozen=True)
class Listed:
    """What a name of the list found.

    Attributes:
        name: as listed.
        publications: of applicants that are called so.
        near: names of other applicants that come near it, the nearest first, each with its
            publications.
    """

    name: str
    publications: int
    near: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        """Write it for the user."""
        near = ", ".join(f"{shown(name)} ({count:,})" for name, count in self.near)
        found = (
            f"{shown(self.name)} found {self.publications:,} publications"
            if self.publications
            else f"no applicant is called {shown(self.name)}"
        )
        return found + (f"; near: {near}" if near else "")


def find_listed(patents: DataFrame, names: Iterable[str]) -> list[Listed]:
    """Return what each of the listed names found, with the names that come near.

    Near is what contains the name or is contained in it, from four letters (two of Chinese), or
    differs by at most a fifth of its letters.

    Args:
        patents: applicants.
        names: as listed.

    >>> df = spark.createDataFrame(
    ...     [([("Huawei Device Co.",)],), ([("ZTE",)],), (None,)],
    ...     "applicants array<struct<name: string>>",
    ... )
    >>> for listed in find_listed(df, ["ZTE Corp.", "Huawei"]):
    ...     print(listed)
    ZTE Corp. found 1 publications
    no applicant is called Huawei; near: Huawei Device Co. (1)
    """
    given: dict[str, str] = {}
    for name in names:  # the first of several spellings stands for them
        given.setdefault(normal_name(name), name)
    if not given:
        return []
    pairs = _near(patents, given).collect()
    found = []
    for name in given.values():
        own = [row for row in pairs if row["listed"] == name]
        near = sorted(
            (row["distance"], -row["publications"], row["name"]) for row in own if row["distance"]
        )
        count = sum(row["publications"] for row in own if not row["distance"])
        nearest = tuple((other, -publications) for _, publications, other in near[:_NEAR_MISSES])
        found.append(Listed(name, count, nearest))
    return found


def _near(patents: DataFrame, given: Mapping[str, str]) -> DataFrame:
    """Return applicants' names that are, or come near, listed ones, with their publications.

    Args:
        patents: applicants.
        given: listed name by its normal form.
    """
    spark = patents.sparkSession
    listed = spark.createDataFrame(list(given.items()), "wanted string, listed string")
    spelled = (
        patents.select(F.explode(F.array_distinct("applicants.name")).alias("name"))
        .where(F.col("name").isNotNull())
        .groupBy("name")
        .agg(F.count(F.lit(1)).alias("publications"))
        .withColumn("normal", normal_name_column(F.col("name")))
    )
    wanted, normal = F.col("wanted"), F.col("normal")
    length = F.length(wanted)
    distance = F.levenshtein(wanted, normal)
    # Letters of Chinese carry more: three bytes of UTF-8 each.
    enough = (F.octet_length(wanted) >= 4) & (F.octet_length(normal) >= 4)
    contains = enough & (normal.contains(wanted) | wanted.contains(normal))
    is_near = contains | ((length >= 3) & (distance * 5 <= length)) | (wanted == normal)
    return spelled.join(F.broadcast(listed), on=is_near, how="inner").select(
        "listed", "name", "publications", distance.alias("distance")
    )
