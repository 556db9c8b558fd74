"""The stages in order: screen, network, centrality, score, technologies; tables in, tables out."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import platform
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial, reduce
from importlib.metadata import version
from operator import and_
from typing import Any

from graphframes import GraphFrame
from pyspark.sql import Column, DataFrame, Observation, SparkSession
from pyspark.sql import functions as F

import patentcore
from patentcore import networks, schemas, scoring, screening
from patentcore.applicants import find_unmatched, read_names
from patentcore.centrality import betweenness_of
from patentcore.centrality.degree import degrees
from patentcore.config import Config
from patentcore.errors import ConfigError, InputError
from patentcore.keys import duplicates
from patentcore.progress import peak_memory
from patentcore.publishing import StageOutput, open_publication
from patentcore.stages.cooccurrence import build_cooccurrence, centrality_of_patents
from patentcore.stages.robustness import measure_robustness
from patentcore.stages.run import Run
from patentcore.stages.technologies import judge_technologies
from patentcore.stages.windows import measure_windows
from patentcore.tables import Folder, Staged, TableStore, observed
from patentcore.technologies import catalogue

log = logging.getLogger("patentcore")

# Rows that are looked at for columns without a value, before the whole table is searched.
_FIRST_ROWS = 1000


# --- stages -------------------------------------------------------------------------------------


def screen(run: Run) -> None:
    """Patents in, ``key_patents``, ``funnel`` and ``rejects`` out.

    The corpus is judged on the few columns that the steps need; all columns are read only to write
    the key patents.
    """
    config = run.config.screening
    steps = funnel_steps(run.config)
    with run.stages.stage("screen") as facts:
        patents = run.source.read("patents", required=("publication_number",))
        say_what_is_missing(steps, fields_with_values(patents, steps))
        say_who_is_missing(patents, run.config.corpus.applicants)
        corpus = corpus_with_key(run)
        # Neither fills a machine with its few columns, so both run at once.
        with ThreadPoolExecutor(max_workers=1) as beside:
            checked = beside.submit(refuse_repeated_keys, run, patents)
            counts = screening.failure_counts(corpus, steps).collect()
            checked.result()
        run.work.write(patents_without_key(patents).coalesce(1), "rejects")
        kept = screening.filter_candidates(corpus, steps)
        if screening.DEDUPLICATE in config.steps:
            kept = screening.filter_one_of_each(kept, by=config.deduplicate_by)
        run.work.write(
            kept.transform(
                screening.with_indexes,
                breadth_level=config.breadth_level,
                reference_year=run.config.scoring.reference_year,
            ),
            "key_patents",
        )
        key_count = run.work.measured("key_patents")
        rows = screening.funnel_rows(steps, counts, deduplicated=key_count)
        run.work.write(screening.funnel_frame(run.spark, rows).coalesce(1), "funnel")
        facts |= {"publications": rows[0][3], "key_patents": key_count}
        facts["rejects"] = run.work.measured("rejects")
        run.facts["funnel"] = [dict(zip(schemas.FUNNEL.names, row, strict=True)) for row in rows]


def build_network(run: Run) -> None:
    """Key patents and citations or codes in, ``vertices`` and ``edges`` out."""
    config = run.config.network
    if config.kind != "citation":
        build_cooccurrence(
            run, publications=partial(corpus_with_key, run), without_end=citations_without_end
        )
        return
    with run.stages.stage("network") as facts:
        key_ids = run.work.read("key_patents").select(F.col("publication_number").alias("id"))
        merged, counted = Observation("edges"), Observation("citations")
        citations = run.source.read("citations", required=("citing", "cited"))
        no_end = F.col("citing").isNull() | F.col("cited").isNull()
        edges = run.work.write(
            citations.observe(counted, F.count_if(no_end).alias("no_end"))
            .transform(networks.citation_pairs, key_ids=key_ids, scope=config.scope)
            .transform(networks.merge_edges, observation=merged),
            "edges",
        )
        without_end = observed(counted).get("no_end")
        if without_end is None:
            without_end = citations.where(no_end).count()
        if without_end:
            run.work.append(citations_without_end(citations).coalesce(1), "rejects")
        run.work.write(
            networks.vertices_of(edges, key_ids), "vertices", metrics={"keys": F.count_if("is_key")}
        )
        edge_count = run.work.measured("edges")
        totals = {"pairs": 0, "loops": 0} | observed(merged)
        pairs, loops = totals["pairs"], totals["loops"]
        network = {
            "kind": config.kind,
            "scope": config.scope,
            "vertices": run.work.measured("vertices"),
            "key_vertices": run.work.measured("vertices", "keys"),
            "edges": edge_count,
            "loops_dropped": loops,
            "parallel_merged": pairs - loops - edge_count,
        }
        run.facts["network"] = network
        facts |= {name: network[name] for name in list(network)[2:]}
        facts["rejects"] = without_end


def compute_centrality(run: Run) -> None:
    """Vertices and edges in, ``centrality`` out."""
    config = run.config.centrality
    directed = config.directed and not networks.is_undirected(run.config.network.kind)
    with run.stages.stage("centrality") as facts:
        vertices, edges = run.work.read("vertices"), run.work.read("edges")
        measured = degrees(GraphFrame(vertices, edges), directed=directed)
        if config.betweenness == "off":
            measured = measured.withColumn("betweenness", F.lit(None).cast("double"))
        else:
            scores = betweenness_of(
                vertices,
                edges,
                directed=directed,
                method=config.betweenness,
                epsilon=config.epsilon,
                delta=config.delta,
                seed=config.seed,
                on_report=lambda report: run.facts.update(betweenness=asdict(report)),
            )
            measured = measured.join(scores, on="id", how="left").fillna(0.0, ["betweenness"])
        run.work.write(measured, "centrality")
        facts["vertices"] = run.work.measured("centrality")


def score(run: Run) -> None:
    """Key patents and their centrality in, ``scores`` out."""
    config = run.config.scoring
    with run.stages.stage("score") as facts:
        key_patents = run.work.read("key_patents")
        key_count = run.work.measured("key_patents")
        run.work.write(
            scoring.score(
                key_patents,
                centrality_of_patents(run, key_patents),
                reference_year=config.reference_year,
                popularity_citations=config.popularity_citations,
                main_class_level=config.main_class_level,
                weights=config.weights.model_dump(),
                key_patent_count=key_count,
                family_members=config.family_members,
                betweenness_is_off=run.config.centrality.betweenness == "off",
            )
            .orderBy(F.col("rank").asc_nulls_last(), "publication_number")
            .coalesce(1),
            "scores",
            metrics={"scored": F.count("rank")},
        )
        facts["scored"] = run.work.measured("scores", "scored")
        facts["unscored"] = key_count - facts["scored"]


def score_and_compare(run: Run) -> None:
    """Scores, how far they hang on the weights, and the scores of every window."""
    score(run)
    measure_robustness(run)
    measure_windows(run, stages=(build_network, compute_centrality, score))


def judge(run: Run) -> None:
    """Patents, citations and scores in, the tables of technologies out."""
    patents = run.source.read("patents").transform(corpus_of, run=run)
    judge_technologies(run, patents=patents, is_quality=passes_technicality(run.config))


def passes_technicality(config: Config) -> Column:
    """Whether a patent passes the configured steps of technicality; null where it is unknown."""
    names = {"patent_type", "claims", "citations", "breadth"}
    steps = [step.passes for step in funnel_steps(config) if step.name in names]
    return reduce(and_, (passes for passes in steps if passes is not None), F.lit(True))


STAGES: dict[str, Callable[[Run], None]] = {
    "screen": screen,
    "network": build_network,
    "centrality": compute_centrality,
    "score": score_and_compare,
    "technologies": judge,
}


def stages_of(config: Config) -> list[str]:
    """Return the names of a configuration's stages in order."""
    return [name for name in STAGES if name != "technologies" or config.technologies.catalogue]


# What each stage reads from the run's own folder and writes into it.
STAGE_READS: dict[str, tuple[str, ...]] = {
    "screen": (),
    "network": ("key_patents",),
    "centrality": ("vertices", "edges"),
    "score": ("key_patents", "edges", "centrality"),
    "technologies": ("scores",),
}
STAGE_WRITES: dict[str, tuple[str, ...]] = {
    "screen": ("key_patents", "rejects", "funnel"),
    "network": ("vertices", "edges", "rejects"),
    "centrality": ("centrality",),
    "score": ("scores", "robustness", "windows", "window_scores", "window_movers"),
    "technologies": (
        *("technologies", "technology_judgements", "technology_patents", "technology_years"),
        *("technology_applicants", "enterprises", "cooperation_pairs", "cooperation_network"),
    ),
}
# The figures that each stage gives for the manifest.
STAGE_FACTS: dict[str, tuple[str, ...]] = {
    "screen": ("funnel",),
    "network": ("network",),
    "centrality": ("betweenness",),
    "score": ("robustness", "windows"),
    "technologies": (),
}


# --- the run ------------------------------------------------------------------------------------


def run_all(spark: SparkSession, config: Config, *, source: str, output: str) -> dict[str, Any]:
    """Run every stage and publish the output folder; return its manifest.

    Args:
        spark: the session.
        config: the configuration.
        source: URI of the folder of canonical tables.
        output: URI of the folder to write.

    Raises:
        InputError: the input is missing or not of its schema.
        OutputError: the output exists and the mode is ``error``.
    """
    check_catalogue(config)
    tables = TableStore.open(spark, source)
    check_input(tables, kind=config.network.kind)
    publication = open_publication(
        spark,
        output,
        form=config.output.format,
        mode=config.output.mode,
        run_id=config.output.run_id,
        staging=config.output.staging,
        file_mb=config.output.file_mb,
    )
    with publication:
        name_leftovers(publication)
        run = Run(config, tables, publication.staging)
        for name in stages_of(config):
            STAGES[name](run)
        manifest = manifest_of(run)
        publication.publish(manifest)
    return manifest


def run_stage(spark: SparkSession, config: Config, *, stage: str, source: str, output: str) -> None:
    """Run one stage and publish its tables; the last stage makes the output a result.

    Errors as for :func:`run_all`, and InputError where an earlier stage has not run.
    """
    refuse_settings_of_runs(config)
    check_catalogue(config)
    tables = TableStore.open(spark, source)
    check_input(tables, kind=config.network.kind)
    if stage not in stages_of(config):
        raise ConfigError("no technologies.catalogue is configured (see conf/paper.toml)")
    refuse_missing_tables(TableStore.open(spark, output), config, stage)
    settings = config.output
    with StageOutput(
        spark,
        output,
        form=settings.format,
        staging=settings.staging,
        file_mb=settings.file_mb,
    ) as result:
        name_leftovers(result)
        refuse_before_earlier_stages(result.told, config, stage, output)
        run = Run(config, tables, result.reading(STAGE_READS[stage]))
        remember_earlier_stages(run, result.told, stage)
        if stage == "network":
            take_over_rejects(run, result.there)
        before = progress_of(run)
        STAGES[stage](run)
        publish_stage(run, result, stage, before=before)


def publish_stage(run: Run, result: StageOutput, stage: str, *, before: dict[str, Any]) -> None:
    """Replace a stage's tables in the output, and its record.

    Args:
        run: finished with the stage.
        result: the output.
        stage: its name.
        before: what the earlier stages recorded.
    """
    interrupted = interrupted_in(result.told)
    result.begin(before | {"interrupted": sorted(interrupted | {stage})})
    left = interrupted - {stage}
    stages = stages_of(run.config)
    is_complete = stage == stages[-1] and not left
    not_configured = set(STAGE_WRITES) - set(stages) if is_complete else set()
    result.publish([table for name in (stage, *not_configured) for table in STAGE_WRITES[name]])
    manifest = manifest_of(run, result.there.folder) if is_complete else None
    result.finish(progress_of(run) | ({"interrupted": sorted(left)} if left else {}), manifest)


def progress_of(run: Run) -> dict[str, Any]:
    """Return what the stages so far tell the next one."""
    return {"stages": list(run.stages.records), "facts": dict(run.facts)}


def remember_earlier_stages(run: Run, told: dict[str, Any], stage: str) -> None:
    """Take over what the stages before this one recorded, in progress or in a manifest."""
    before = list(STAGES)[: list(STAGES).index(stage)]
    records, facts = told.get("stages", ()), told.get("facts", told)
    run.stages.records += [record for record in records if record["stage"] in before]
    names = [name for earlier in before for name in STAGE_FACTS[earlier]]
    run.facts |= {name: facts[name] for name in names if name in facts}


def take_over_rejects(run: Run, there: TableStore) -> None:
    """Begin with the rejects of other stages, so that the network stage only replaces its own."""
    if there.has("rejects"):
        others = there.read("rejects").where(~F.col("source").eqNullSafe("citations"))
        run.work.write(others.coalesce(1), "rejects")


def interrupted_in(told: dict[str, Any]) -> set[str]:
    """Return the stages of which a part of the tables may have been replaced."""
    return set(told.get("interrupted", ()))


def refuse_before_earlier_stages(
    told: dict[str, Any], config: Config, stage: str, output: str
) -> None:
    """Refuse to go on from tables that are of another run or of which a part may be replaced.

    Tables of which nothing is recorded were put there by hand, and are taken as they are.
    """
    if "stages" not in told:
        return
    order = stages_of(config)
    interrupted = interrupted_in(told)
    done = {record["stage"] for record in told["stages"]}
    for earlier in order[: order.index(stage)]:
        if earlier in interrupted:
            raise InputError(
                f"{output}: stage {earlier} was interrupted while it replaced its tables; run it "
                f"again before {stage}"
            )
        if earlier not in done:
            raise InputError(
                f"{output}: stage {earlier} has to run again before {stage}, as a stage before it "
                "was repeated or the output was not finished"
            )


def refuse_missing_tables(there: TableStore, config: Config, stage: str) -> None:
    """Refuse a stage before the stages that make what it reads."""
    missing = [table for table in STAGE_READS[stage] if not there.has(table)]
    if missing:
        raise InputError(
            f"{there.folder.uri} has no {', '.join(missing)}: run the stages in the order "
            + ", ".join(stages_of(config))
        )


def name_leftovers(output: Staged) -> None:
    """Warn of what interrupted runs left."""
    for leftover in output.leftovers():
        log.warning("an interrupted run left %s; it can be removed", leftover)


def funnel_steps(config: Config) -> list[screening.Step]:
    """Return the configured steps in order."""
    keys = config.screening
    every = {
        "receiving_office": screening.receiving_office(keys.authorities),
        "patent_type": screening.patent_type(keys.patent_types),
        "claims": screening.claims(keys.min_claims_exclusive),
        "citations": screening.citations(keys.min_citations_exclusive, of=keys.citations),
        "breadth": screening.breadth(keys.min_breadth_exclusive, level=keys.breadth_level),
        "legal_events": screening.legal_events(keys.legal_events),
        "deduplicate": screening.deduplicate(keys.deduplicate_by),
    }
    return [every[name] for name in keys.steps]


def corpus_with_key(run: Run) -> DataFrame:
    """Return the publications of the corpus that have a publication number."""
    patents = run.source.read("patents", required=("publication_number",))
    return patents.where(F.col("publication_number").isNotNull()).transform(corpus_of, run=run)


def corpus_of(patents: DataFrame, *, run: Run) -> DataFrame:
    """Keep the configured corpus."""
    config = run.config.corpus
    return screening.filter_corpus(
        patents,
        authorities=config.authorities,
        published_from=config.published_from.isoformat() if config.published_from else None,
        published_to=config.published_to.isoformat() if config.published_to else None,
        applicant_names=read_names(config.applicants) if config.applicants else (),
    )


def say_who_is_missing(patents: DataFrame, list_of_names: str | None) -> None:
    """Warn of the listed enterprises that no publication of the input names."""
    names = read_names(list_of_names) if list_of_names else []
    for unmatched in find_unmatched(patents, names) if names else []:
        log.warning("%s", unmatched)


# --- input --------------------------------------------------------------------------------------


def check_input(tables: TableStore, *, kind: str = "citation") -> None:
    """Refuse an input that cannot be run, before any work is done.

    Args:
        tables: the canonical tables.
        kind: of network; a network of codes needs no citations.

    Raises:
        InputError: naming what is missing or wrong.
    """
    folder: Folder = tables.folder
    if not folder.exists():
        raise InputError(f"no such input {folder.uri}")
    if not folder.names():
        raise InputError(
            f"input {folder.uri} is empty; it should hold the tables patents, citations"
        )
    tables.read("patents", required=("publication_number",))
    if kind != "co_classification":
        tables.read("citations", required=("citing", "cited"))


def refuse_repeated_keys(run: Run, patents: DataFrame) -> None:
    """Refuse publication numbers that occur twice, unless the configuration allows them."""
    if not run.config.corpus.check_unique_keys:
        return
    twice = duplicates(patents, "publication_number").limit(3).collect()
    if twice:
        raise InputError(
            "table patents has several rows for one publication number, e.g. "
            + ", ".join(f"{row.publication_number} ({row.rows})" for row in twice)
        )


def fields_with_values(patents: DataFrame, steps: Sequence[screening.Step]) -> set[str]:
    """Return the columns that steps need and in which any publication has a value.

    Most columns show that in the first rows; the others are searched. Of a table without rows
    nothing can be said, so it has them all.
    """
    needed = sorted({name for step in steps for name in step.needs})
    has_value = {name: F.col(name).isNotNull() for name in needed}
    first = (
        patents.select(*(known.alias(name) for name, known in has_value.items()))
        .limit(_FIRST_ROWS)
        .collect()
    )
    if not first:
        return set(needed)
    return {
        name
        for name, known in has_value.items()
        if any(row[name] for row in first) or not patents.where(known).isEmpty()
    }


def say_what_is_missing(steps: Sequence[screening.Step], known: Set[str]) -> None:
    """Warn of steps whose values the input lacks: all publications fail them as unknown."""
    for step in steps:
        if not set(step.needs) & known:
            log.warning(
                "the input has no %s, so step %s leaves nothing: every publication counts as "
                "unknown there (screening.steps can leave the step out)",
                " or ".join(step.needs),
                step.name,
            )


def patents_without_key(patents: DataFrame) -> DataFrame:
    """Return the reject rows of patents without a publication number."""
    return patents.where(F.col("publication_number").isNull()).select(
        F.lit("patents").alias("source"),
        F.coalesce("application_number", F.substring("title", 1, 200)).alias("record"),
        F.lit("publication_number").alias("field"),
        F.lit(None).cast("string").alias("value"),
        F.lit("no publication number").alias("reason"),
    )


def citations_without_end(citations: DataFrame) -> DataFrame:
    """Return the reject rows of citations that lack a publication number."""
    return citations.where(F.col("citing").isNull() | F.col("cited").isNull()).select(
        F.lit("citations").alias("source"),
        F.coalesce("citing", "cited").alias("record"),
        F.when(F.col("citing").isNull(), "citing").otherwise("cited").alias("field"),
        F.lit(None).cast("string").alias("value"),
        F.lit("citation without both publication numbers").alias("reason"),
    )


def check_catalogue(config: Config) -> None:
    """Refuse an unusable catalogue of technologies before any work is done."""
    if config.technologies.catalogue:
        catalogue.load(config.technologies.catalogue)


def refuse_settings_of_runs(config: Config) -> None:
    """Refuse to mark one stage's rows with a run's identifier, or to append them."""
    settings = config.output
    if settings.mode == "append" or settings.run_id is not None:
        raise ConfigError(
            "a stage alone belongs to one result without run identifiers; output.mode=append and "
            "output.run_id are for patentcore run"
        )


# --- manifest -----------------------------------------------------------------------------------


def manifest_of(run: Run, place: Folder | None = None) -> dict[str, Any]:
    """Return ``run.json``: what was run on what, with which figures.

    Args:
        run: the run.
        place: where its tables are, if not in its own folder.
    """
    place = place or run.work.folder
    return {
        "patentcore": patentcore.__version__,
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(run.stages.seconds(), 3),
        "configuration": run.config.model_dump(mode="json"),
        "seed": run.config.centrality.seed,
        "versions": versions(run.spark),
        "input": {
            "uri": run.source.folder.uri,
            "tables": {
                name: fingerprint(run.source, name)
                for name in ("patents", "citations")
                if run.source.has(name)
            },
        },
        "stages": run.stages.records,
        "peak_memory": peak_memory(),
        **run.facts,
        "tables": {
            name: dict(zip(("files", "bytes"), place.size(name), strict=True))
            for name in place.names()
            if name in schemas.TABLES
        },
    }


def versions(spark: SparkSession) -> dict[str, str]:
    """Return the versions of what computed the result."""
    jvm = spark.sparkContext._jvm
    assert jvm is not None
    names = ("pyspark", "graphframes-py", "pandas", "pyarrow", "numpy", "numba", "scipy")
    return {
        "python": platform.python_version(),
        "java": str(jvm.java.lang.System.getProperty("java.version")),
        "scala": str(jvm.scala.util.Properties.versionNumberString()),
    } | {name: version(name) for name in names}


def fingerprint(tables: TableStore, table: str) -> dict[str, Any]:
    """Return format, files, bytes and a digest of the names and sizes of a table's files.

    Delta and Iceberg tables also have the version that was read; it stands for their files.
    """
    files = tables.read_raw(table).inputFiles()
    count, size = tables.folder.size(table)
    version = tables.folder.version(table)
    names = sorted(file.rpartition("/")[2] for file in files) if version is None else [version]
    digest = hashlib.sha256("\n".join([*names, str(size)]).encode()).hexdigest()
    found: dict[str, Any] = {"format": tables.folder.format_of(table)}
    if version is not None:
        found["version"] = version
    return found | {"files": count, "bytes": size, "sha256_of_listing": digest}
