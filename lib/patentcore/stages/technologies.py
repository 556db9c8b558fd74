"""The stage that goes from patents to technologies."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from patentcore import schemas
from patentcore.centrality import betweenness_of
from patentcore.centrality.degree import degrees
from patentcore.stages.corpus import corpus_of
from patentcore.stages.graphs import driver_cores, graph_of, has_graphframes
from patentcore.stages.run import Run, Stage
from patentcore.stages.screen import passes_technicality
from patentcore.technologies import assignment, catalogue, cooperation, judgements, sectors
from patentcore.technologies import frames as technology_frames
from patentcore.technologies.facts import patent_facts
from patentcore.technologies.frames import ENTERPRISE, TECHNOLOGY
from patentcore.technologies.indicators.knowledge import with_knowledge
from patentcore.technologies.indicators.output import yearly
from patentcore.technologies.indicators.ownership import links_within
from patentcore.technologies.indicators.stage import fits, one_row_a_unit, with_fitted
from patentcore.technologies.measure import measure

# Frames that the stage reads several times: written, read back, and removed at its end.
FACTS, FITS, ROWS, LINKS, MEASURED, PARTNERS, JOINT = SCRATCH = (
    "scratch_facts",
    "scratch_fits",
    "scratch_rows",
    "scratch_links",
    "scratch_measured",
    "scratch_partners",
    "scratch_joint",
)


def judge_technologies(run: Run) -> None:
    """Patents, citations and scores in, the tables of technologies out."""
    config = run.config.technologies
    patents = run.source.read("patents").transform(corpus_of, run=run)
    last_year = run.config.scoring.reference_year - config.unseen_years
    entries = catalogue.load(config.catalogue)
    limits = config.thresholds.model_dump()
    with run.stages.stage("technologies") as facts_of_stage:
        citations = run.source.read("citations")
        scores = run.work.read("scores")
        entry_rows = technology_frames.entries(run.spark, entries)
        assigned = run.work.write(
            technology_frames.evidence(
                assignment.assign(patents, assignment.rules_frame(run.spark, entries)),
                entry_rows,
                scores,
            ),
            "technology_patents",
        )
        members = assigned.select(F.col("technology").alias("unit"), "publication_number")
        ids = members.select("publication_number").distinct()
        chosen = patents.join(F.broadcast(ids), on="publication_number", how="left_semi")
        applicants = run.work.write(
            sectors.applicant_rows(chosen, sector_words=config.sector_words),
            "technology_applicants",
        )
        # A lineage cut: everything below reads these rows several times.
        facts = run.work.write(
            patent_facts(
                chosen,
                applicants,
                scores,
                is_quality=passes_technicality(run.config),
                home_country=config.home_country,
            ).transform(with_knowledge, patents=patents, citations=citations),
            FACTS,
        )
        spans = {"last_year": last_year, "recent_years": config.recent_years}
        # Technologies and enterprises have the same indicators: measured at once, planned once.
        units = technology_frames.marked(members, TECHNOLOGY).unionByName(
            technology_frames.marked(cooperation.enterprises(applicants), ENTERPRISE)
        )
        rows = run.work.write(units.join(facts, on="publication_number", how="inner"), ROWS)
        links = run.work.write(links_within(rows, citations), LINKS)
        measured = run.work.write(
            measure(rows, links, **spans, with_graphframes=has_graphframes()), MEASURED
        )
        years = yearly(technology_frames.of_kind(rows, TECHNOLOGY))
        fitted = run.work.write(fits(years, last_year=last_year, fewest=config.min_filings), FITS)
        run.work.write(
            with_fitted(years, fitted).withColumnRenamed("unit", "technology").coalesce(1),
            "technology_years",
        )
        of_technologies = technology_frames.of_kind(measured, TECHNOLOGY).join(
            one_row_a_unit(fitted), on="unit", how="left"
        )
        technologies = run.work.write(
            technology_frames.complete(entry_rows, of_technologies)
            .transform(judgements.with_strengths, limits)
            .withColumnRenamed("unit", "technology")
            .coalesce(1),
            "technologies",
        )
        run.work.write(
            judgements.judge(technologies.withColumnRenamed("technology", "unit"), limits).coalesce(
                1
            ),
            "technology_judgements",
        )
        run.work.write(
            technology_frames.of_kind(measured, ENTERPRISE).withColumnRenamed("unit", "enterprise"),
            "enterprises",
        )
        pairs = run.work.write(
            cooperation.pairs(members, applicants).withColumnRenamed("unit", "technology"),
            "cooperation_pairs",
        )
        run.work.write(cooperation_network(run, pairs, applicants), "cooperation_network")
        for scratch in SCRATCH:
            run.work.remove(scratch)
        facts_of_stage |= {
            "technologies": len(entries),
            "assigned": run.work.measured("technology_patents"),
            "enterprises": run.work.measured("enterprises"),
            "cooperation_pairs": run.work.measured("cooperation_pairs"),
        }


def cooperation_network(run: Run, pairs: DataFrame, applicants: DataFrame) -> DataFrame:
    """Return the joint applicants with their centralities in the network that they make."""
    config = run.config.centrality
    if not run.work.measured("cooperation_pairs"):
        return run.spark.createDataFrame([], schemas.COOPERATION_NETWORK)
    vertices, edges = cooperation.network(pairs)
    vertices, edges = run.work.write(vertices, PARTNERS), run.work.write(edges, JOINT)
    measured = degrees(graph_of(vertices, edges), directed=False)
    scores = betweenness_of(
        vertices,
        edges,
        directed=False,
        method="exact",
        seed=config.seed,
        cores=driver_cores(vertices),
    )
    return (
        measured.join(scores, on="id", how="left")
        .fillna(0.0, ["betweenness"])
        .join(cooperation.partners(applicants), on="id", how="left")
        .withColumnRenamed("id", "name")
    )


TECHNOLOGIES = Stage(
    "technologies",
    judge_technologies,
    reads=("scores",),
    writes=(
        *("technologies", "technology_judgements", "technology_patents", "technology_years"),
        *("technology_applicants", "enterprises", "cooperation_pairs", "cooperation_network"),
    ),
)
