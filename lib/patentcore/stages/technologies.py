"""The stage that goes from patents to technologies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.lake.checkpoint import PASSING
from patentcore.stages import partners
from patentcore.stages.beforehand import beside
from patentcore.stages.graphs import has_graphframes
from patentcore.stages.run import Run, Stage
from patentcore.stages.screen import technicality
from patentcore.stages.technology_input import Corpus, read_corpus
from patentcore.technologies import catalogue, classifier, cooperation, questions
from patentcore.technologies import frames as technology_frames
from patentcore.technologies.applicants import given_rows, holders, told_rows
from patentcore.technologies.facts import classification, told_of_records, with_holders
from patentcore.technologies.frames import ENTERPRISE, TECHNOLOGY
from patentcore.technologies.held import held
from patentcore.technologies.indicators.base_rates import sampled, with_expected
from patentcore.technologies.indicators.knowledge import with_knowledge
from patentcore.technologies.indicators.lag import lags
from patentcore.technologies.indicators.links import crossings
from patentcore.technologies.indicators.output import yearly
from patentcore.technologies.indicators.ownership import links_within
from patentcore.technologies.indicators.stage import fits, one_row_a_unit, with_fitted
from patentcore.technologies.inventions import citations_of
from patentcore.technologies.leaders import countries, leaders, leads
from patentcore.technologies.measure import measure
from patentcore.technologies.strengths import with_strengths

# Frames that the stage reads several times: written, read back, and removed at its end.
HOLDERS, OWN, KNOWN, SAMPLE, *_OTHERS = SCRATCH = (
    "_holders",
    "_own",
    "_known",
    "_sample",
    "_facts",
    "_rows",
    "_links",
    "_measured",
    "_pairs",
    "_given",
    "_named",
    "_held",
    "_chosen",
    "_cites",
    "_members",
)
# Of publications that are looked at closely, nothing is read from these, and some are long.
_UNREAD = (
    *("title", "abstract", "npl_citations", "main_ipc", "owners"),
    *("application_number", "simple_family"),
)
# An owner of so large a share of a corpus is what it was chosen by.
ONE_OWNER = 0.9
FACTS, ROWS, LINKS, MEASURED, *_NAMES = _OTHERS
PAIRS, GIVEN, NAMED, HELD, CHOSEN, CITES, MEMBERS = _NAMES


def judge_technologies(run: Run) -> None:
    """Patents, citations and scores in, the tables of technologies out."""
    entries = catalogue.load(run.config.technologies.catalogue)
    with run.stages.stage("technologies") as facts_of_stage:
        begun = run.begun.get("technologies")
        corpus = begun.result() if begun else read_corpus(run)
        entry_rows = technology_frames.entries(run.spark, entries)
        members = _assigned(run, corpus, entry_rows)
        cites = run.work.write(citations_of(members, corpus.citations, corpus.inventions), CITES)
        owners, facts = _facts(run, corpus, members, cites)
        crossed = crossings(members, technology_frames.links(run.spark, entries), cites)
        rows = _rows(run, members, owners, facts)
        # Fits are of this process alone, and take as long as the engine takes for the indicators.
        with ThreadPoolExecutor(1) as own, beside(run) as other:
            fitted = own.submit(_fitted, run, rows)
            paired = other.submit(_pairs, run, members, owners, facts)
            links = run.work.write(links_within(rows, cites), LINKS)
            pairs = paired.result()
            network = other.submit(_cooperation_network, run, pairs, owners)
            led = other.submit(_leads, run, members, owners, facts)
            measured = _measured(run, corpus, rows, pairs, crossed, cites, links)
            enterprises = other.submit(_enterprises, run, measured)
            _judged(run, *fitted.result(), measured, entry_rows, led.result())
            for written in (network, enterprises):
                written.result()
        for scratch in (*SCRATCH, *partners.SCRATCH, PASSING):
            run.work.remove(scratch)
        facts_of_stage |= {
            "technologies": len(entries),
            "assigned": run.work.measured("technology_patents"),
            "enterprises": run.work.measured("enterprises"),
            "cooperation_pairs": run.work.measured("cooperation_pairs"),
        }


def _assigned(run: Run, corpus: Corpus, entry_rows: DataFrame) -> DataFrame:
    """Write which patents belong to which technology; return inventions that are about one."""
    is_classified = run.config.technologies.classifier
    assigned = run.work.write(
        technology_frames.evidence(
            _classified(run, corpus) if is_classified else corpus.ruled,
            corpus.inventions,
            entry_rows,
            run.work.read("scores"),
        ),
        "technology_patents",
    )
    about = assigned.where(F.col("grade") == "core").select(
        F.col("technology").alias("unit"), F.col("invention").alias("publication_number")
    )
    return run.work.write(about.distinct(), MEMBERS)


def _classified(run: Run, corpus: Corpus) -> DataFrame:
    """Add what the classifier learns from what rules assign."""
    return classifier.with_classified(
        corpus.ruled,
        corpus.patents,
        corpus.inventions,
        corpus.citations,
        least=run.config.technologies.classifier_probability,
    )


def _facts(
    run: Run, corpus: Corpus, members: DataFrame, cites: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """Return the owners of the inventions that belong to a technology, and their facts."""
    about = members.select("publication_number").distinct()
    some = sampled(corpus.classes)
    is_about = about.withColumn("is_counted", F.lit(True))
    chosen = is_about.join(some.select("publication_number"), on="publication_number", how="full")
    publications = run.work.write(corpus.publications(chosen).drop(*_UNREAD), CHOSEN)
    with beside(run) as other:
        owned = other.submit(_owners, run, publications, about, some)
        own = _own(run, corpus, about, publications)
        owners, of_sample = owned.result()
    known = run.work.write(
        with_knowledge(
            with_holders(own, owners),
            general=corpus.general,
            fresh=corpus.fresh,
            classes=corpus.classes,
            citations=cites,
        ),
        KNOWN,
    )
    # What is usual in an invention's field, office and years, by a sample of the corpus.
    return owners, run.work.write(with_expected(known, some, of_sample), FACTS)


def _own(run: Run, corpus: Corpus, about: DataFrame, publications: DataFrame) -> DataFrame:
    """Return what records say of the inventions that belong to a technology."""
    ids = about.select(F.col("publication_number").alias("invention"))
    of_members = publications.join(F.broadcast(ids), on="invention", how="left_semi")
    # Written in between: one plan of all of it wants its memory at once.
    return run.work.write(
        told_of_records(
            of_members.withColumn("ipc", classification()),
            corpus.classes,
            run.work.read("scores"),
            technicality=technicality(run.config),
        ),
        OWN,
    )


def _owners(
    run: Run, publications: DataFrame, about: DataFrame, some: DataFrame
) -> tuple[DataFrame, DataFrame]:
    """Return the owners of technologies' inventions, and those of a sample of the corpus.

    Names of both are read at once; spellings are common by the technologies' publications alone.
    """
    config = run.config.technologies
    given = run.work.write(given_rows(publications), GIVEN)
    named = run.work.write(
        told_rows(
            given,
            home_country=config.home_country,
            affiliates=config.affiliates,
            sector_words=config.sector_words,
        ),
        NAMED,
    )
    held = run.work.write(holders(named), HELD)
    ids = about.select(F.col("publication_number").alias("invention"))
    run.work.write(
        named.join(F.broadcast(ids), on="invention", how="left_semi"), "technology_applicants"
    )
    owners, of_sample = (
        held.join(F.broadcast(those), on="publication_number", how="left_semi")
        for those in (about, some.select("publication_number"))
    )
    return run.work.write(owners, HOLDERS), run.work.write(of_sample, SAMPLE)


def _pairs(run: Run, members: DataFrame, owners: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the pairs of joint applicants."""
    joint = run.work.write(cooperation.pairs(members, owners, facts), PAIRS)
    return run.work.write(
        cooperation.with_distance(joint, owners, facts).withColumnRenamed("unit", "technology"),
        "cooperation_pairs",
    )


def _cooperation_network(run: Run, pairs: DataFrame, owners: DataFrame) -> None:
    run.work.write(partners.cooperation_network(run, pairs, owners), "cooperation_network")


def _rows(run: Run, members: DataFrame, owners: DataFrame, facts: DataFrame) -> DataFrame:
    """Return the inventions of every unit with their facts.

    Technologies and enterprises have the same indicators, and are measured at once.
    """
    units = technology_frames.marked(members, TECHNOLOGY).unionByName(
        technology_frames.marked(cooperation.enterprises(owners), ENTERPRISE)
    )
    return run.work.write(units.join(facts, on="publication_number", how="inner"), ROWS)


def _measured(
    run: Run,
    corpus: Corpus,
    rows: DataFrame,
    pairs: DataFrame,
    crossed: DataFrame,
    cites: DataFrame,
    links: DataFrame,
) -> DataFrame:
    """Return every unit's indicators."""
    config = run.config.technologies
    measured = measure(
        rows,
        links,
        cites,
        corpus.classes,
        cooperation.ties(pairs),
        crossed,
        last_year=_last_year(run),
        recent_years=config.recent_years,
        fewest=config.thresholds.min_patents,
        fewest_of_quality=config.thresholds.min_quality_patents,
        with_graphframes=has_graphframes(),
    )
    return run.work.write(measured, MEASURED)


def _fitted(run: Run, rows: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return the years of technologies and the curves fitted to them."""
    years = held(yearly(technology_frames.of_kind(rows, TECHNOLOGY)))
    fewest = run.config.technologies.min_filings
    return years, fits(years, last_year=_last_year(run), fewest=fewest)


def _last_year(run: Run) -> int:
    return run.config.scoring.reference_year - run.config.technologies.unseen_years


def _leads(run: Run, members: DataFrame, owners: DataFrame, facts: DataFrame) -> DataFrame:
    """Write the owners and countries of technologies; return who leads each."""
    fewest = run.config.technologies.thresholds.min_patents
    tables = {
        "technology_owners": leaders(members, owners, facts),
        "technology_countries": countries(
            members, owners, facts, run.work.read_raw(SAMPLE), fewest=fewest
        ),
    }
    written = [
        run.work.write(table.withColumnRenamed("unit", "technology").coalesce(1), name)
        for name, table in tables.items()
    ]
    led, of_countries = (table.withColumnRenamed("technology", "unit") for table in written)
    return leads(led, of_countries, kinds=run.config.technologies.owner_kinds)


def _judged(
    run: Run,
    years: DataFrame,
    fitted: DataFrame,
    measured: DataFrame,
    entry_rows: DataFrame,
    led: DataFrame,
) -> None:
    """Write the years, indicators and judgements of technologies."""
    config = run.config.technologies
    limits = config.thresholds.model_dump()
    run.work.write(
        with_fitted(years, fitted).withColumnRenamed("unit", "technology").coalesce(1),
        "technology_years",
    )
    of_technologies = technology_frames.of_kind(measured, TECHNOLOGY).join(
        one_row_a_unit(fitted), on="unit", how="left"
    )
    behind = lags(years, last_year=_last_year(run), fewest=limits["min_patents"])
    of_technologies = of_technologies.join(behind, on="unit", how="left").join(
        led, on="unit", how="left"
    )
    complete = technology_frames.complete(entry_rows, of_technologies).toArrow().to_pylist()
    # Rows of Python: technologies are few, and engines take long to compile what is asked of them.
    strong = [{**row, "technology": row["unit"]} for row in with_strengths(complete, limits)]
    table = technology_frames.table_of(strong, schemas.TECHNOLOGIES)
    technologies = run.work.write(run.spark.createDataFrame(table).coalesce(1), "technologies")
    chosen = F.lit(1.0 if _was_chosen_by_applicant(run) else None).cast("double")
    asked = technologies.withColumnRenamed("technology", "unit").withColumn(
        "chosen_by_applicant", chosen
    )
    run.work.write(questions.judge(asked, limits).coalesce(1), "technology_judgements")


def _enterprises(run: Run, measured: DataFrame) -> None:
    run.work.write(
        technology_frames.of_kind(measured, ENTERPRISE).withColumnRenamed("unit", "enterprise"),
        "enterprises",
    )


def _was_chosen_by_applicant(run: Run) -> bool:
    """Tell whether sides follow from the choice of the corpus: by a list, or of one owner."""
    if run.config.corpus.applicants:
        return True
    held = run.work.read_raw(SAMPLE).groupBy("name").agg(F.sum("share").alias("held"))
    most = held.agg((F.max("held") / F.sum("held")).alias("most")).collect()[0]["most"]
    return (most or 0.0) >= ONE_OWNER


TECHNOLOGIES = Stage(
    "technologies",
    judge_technologies,
    reads=("scores",),
    writes=(
        *("technologies", "technology_judgements", "technology_patents", "technology_years"),
        *(
            "technology_owners",
            "technology_countries",
            "technology_applicants",
            "enterprises",
            "cooperation_pairs",
            "cooperation_network",
        ),
    ),
    begins=read_corpus,
)
