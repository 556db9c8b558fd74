"""A run: the stages in order, each tables in and tables out, and what they publish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from patentcore import schemas
from patentcore.config import Config
from patentcore.errors import ConfigError, InputError
from patentcore.lake.checkpoint import Checkpoint
from patentcore.lake.fingerprints import refuse_changed, see
from patentcore.lake.output import Output
from patentcore.lake.places import Place, place_at
from patentcore.lake.tables import TableStore
from patentcore.method.applicants import read_names
from patentcore.stages.beforehand import begun
from patentcore.stages.centrality import CENTRALITY
from patentcore.stages.fitting import Known, fitting
from patentcore.stages.input import input_places, open_input, unchanged
from patentcore.stages.manifest import manifest_of, of_tables
from patentcore.stages.network import NETWORK
from patentcore.stages.periods import measure_windows
from patentcore.stages.rejects import take_over_rejects
from patentcore.stages.resume import Progress, identity_of
from patentcore.stages.robustness import measure_robustness
from patentcore.stages.run import Run, Stage, stages_of_run
from patentcore.stages.score import score
from patentcore.stages.screen import SCREEN
from patentcore.stages.technologies import TECHNOLOGIES
from patentcore.technologies import catalogue, classifier

log = logging.getLogger("patentcore")

INGEST = "ingest.json"
"""What came of the exports that a run began with."""
_CORPUS = "_corpus"
_INGEST = "ingest"


def score_and_compare(run: Run) -> None:
    """Scores, how far they hang on the weights, and the scores of every window."""
    score(run)
    measure_robustness(run)
    measure_windows(run)


SCORE = Stage(
    "score",
    score_and_compare,
    reads=("key_patents", "edges", "centrality"),
    writes=("scores", "robustness", "windows", "window_scores", "window_movers"),
    facts=("robustness", "windows"),
)
STAGES = [SCREEN, NETWORK, CENTRALITY, SCORE, TECHNOLOGIES]


def stages_of(config: Config) -> list[Stage]:
    """Return a configuration's stages in order."""
    return [stage for stage in STAGES if stage is not TECHNOLOGIES or config.technologies.catalogue]


def tables_of(config: Config) -> dict[str, StructType]:
    """Return the tables that a run may write, with their columns."""
    return {name: schemas.TABLES[name] for stage in stages_of(config) for name in stage.writes}


def stage_named(name: str) -> Stage:
    """Return the stage of a name."""
    return next(stage for stage in STAGES if stage.name == name)


def run_all(
    spark: SparkSession, config: Config, *, source: str, output: str, resumes: bool = False
) -> dict[str, Any]:
    """Run every stage and publish the output folder; return its manifest.

    Args:
        spark: the session.
        config: the configuration.
        source: URI of the folder of canonical tables.
        output: URI of the folder to write.
        resumes: go on after the stages that an interrupted run of the same finished; if this one
            fails, keep what it has finished.

    Raises:
        InputError: the input is missing or not of its schema, or leaves no key patents: then the
            funnel was published nevertheless.
        OutputError: the output exists and the mode is ``error``.
    """
    check_files(config)
    whole = output_of(spark, config, inputs=input_places(spark, source), output=output)
    given = open_input(spark, config, source)
    whole.checkpoint = Checkpoint(identity_of(config, [given.tables, given.seen]), resumes)
    with whole as making:
        run = Run(config, given.store, making.staging, stages_of_run(spark))
        with unchanged(given):
            run_stages(run, Progress(making, run))
        manifest = making.publish(manifest_of(run, of_tables(run, given)))
    refuse_nothing(run, output)
    return manifest


class Ingested(Protocol):
    """What came of an export."""

    @property
    def coverage(self) -> Mapping[str, float]:
        """Share of publications with a value, by field."""
        ...

    @property
    def patents(self) -> int:
        """Publications written."""
        ...

    @property
    def citations(self) -> int:
        """Distinct pairs written."""
        ...

    def brief(self) -> list[str]:
        """Return it for the user, without the fields that are filled."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return it for the manifest."""
        ...


def run_export(
    spark: SparkSession,
    config: Config,
    *,
    inputs: Sequence[str],
    output: str,
    ingest: Callable[[TableStore], Ingested],
    overrides: Sequence[str] | None = None,
    resumes: bool = False,
) -> dict[str, Any]:
    """Ingest exports into the output's staging, run every stage on them and publish.

    The result holds what :func:`run_all` gives, ``ingest.json``, and in ``rejects`` also those of
    the exports.

    Args:
        spark: the session.
        config: the configuration; of its output alone, where another is chosen.
        inputs: files or folders.
        output: URI of the folder to write.
        ingest: writes the canonical tables into a store.
        overrides: settings on top of the shipped configuration that fits the export, which is
            chosen then; ``None`` takes ``config``.
        resumes: as for :func:`run_all`; the ingest is the first stage.

    Raises:
        InputError: the input cannot be used, has nothing to make a network of, or leaves no key
            patents, as for :func:`run_all`.
        OutputError: the output exists and the mode is ``error``.
    """
    check_files(config)
    places = [place_at(spark, path) for path in inputs]
    whole = output_of(spark, config, inputs=places, output=output)
    seen = see(places)
    whole.checkpoint = Checkpoint(identity_of(config, [overrides, seen]), resumes)
    with whole as making:
        corpus = making.staging.inside(_CORPUS)
        run = Run(config, corpus, making.staging, stages_of_run(spark))
        progress = Progress(making, run)
        if _INGEST not in progress.finished:
            _ingest(run, ingest, overrides)
            progress.note(_INGEST)
        run_stages(run, progress)
        if "rejects" not in progress.finished:
            run.work.append(corpus.read("rejects").coalesce(1), "rejects")
            progress.note("rejects")
        refuse_changed(seen)
        files = sum(len(one.files) for one in seen)
        given = {"uri": ", ".join(inputs), "paths": list(inputs), "files": files}
        making.beside_manifest[INGEST] = run.facts["ingest"]
        manifest = making.publish(manifest_of(run, given))
    refuse_nothing(run, output)
    return manifest


def _ingest(
    run: Run, ingest: Callable[[TableStore], Ingested], overrides: Sequence[str] | None
) -> None:
    """Ingest exports, say what came of them, and choose the configuration where none is given."""
    with run.stages.stage(_INGEST) as facts:
        summary = ingest(run.source)
        facts |= {"patents": summary.patents, "citations": summary.citations}
    run.facts["ingest"] = summary.as_dict()
    for line in summary.brief():
        log.info("%s", line)
    if overrides is not None:
        run.config = _chosen(run, summary, overrides)


def run_stages(run: Run, progress: Progress) -> None:
    """Run the stages in order; without key patents those after the screening have nothing to do."""
    stages = stages_of(run.config)
    with begun(run, [stage for stage in stages if stage.name not in progress.finished]):
        for stage in stages:
            if stage.name not in progress.finished:
                stage.run(run)
                progress.note(stage.name)
            if stage is SCREEN and not run.work.measured("key_patents"):
                _write_empty(run, (*NETWORK.writes, *CENTRALITY.writes, "scores"))
                return


def _write_empty(run: Run, tables: Sequence[str]) -> None:
    for table in tables:
        if not run.work.has(table):
            run.work.write(run.spark.createDataFrame([], schemas.TABLES[table]), table)


def refuse_nothing(run: Run, output: str) -> None:
    """Say after the publishing that a run left no key patents, and which step left none.

    Raises:
        InputError: it is so.
    """
    funnel = run.facts["funnel"]
    if funnel[-1]["patents"]:
        return
    at = next(number for number, row in enumerate(funnel) if not row["patents"])
    step = funnel[at]
    given = f"{step['criterion']} ({step['threshold']})" if at else "the selection of the corpus"
    raise InputError(
        f"no key patent is left: {given} leaves none of {step['removed']:,} publications, of "
        f"{step['unknown']:,} of which nothing tells; the funnel is in {output}"
    )


def _chosen(run: Run, summary: Ingested, overrides: Sequence[str]) -> Config:
    """Choose the configuration that fits an export, and say which and why."""
    year = F.max(F.year("publication_date"))
    last = run.source.read("patents").agg(year.alias("year")).collect()[0]["year"]
    fields = {name for name, share in summary.coverage.items() if share > 0}
    found = fitting(Known(fields, summary.citations, last), overrides)
    besides = f", {', '.join(found.settings)}" if found.settings else ""
    of_any = "" if found.name == "paper" else " (it takes exports of any source)"
    log.info("shipped configuration %s%s%s: %s", found.name, of_any, besides, found.why)
    run.facts["chosen"] = {"name": found.name, "settings": found.settings, "why": found.why}
    return found.config


def run_stage(spark: SparkSession, config: Config, *, stage: str, source: str, output: str) -> None:
    """Run one stage and publish its tables; the last stage makes the output a result.

    Args:
        spark: the session.
        config: the configuration.
        stage: its name.
        source: URI of the folder of canonical tables.
        output: URI of the folder that the stages share.

    Raises:
        ConfigError: the configuration has no such stage.
        InputError: as for :func:`run_all`, or an earlier stage has not run.
        OutputError: the output is not of stages.
    """
    refuse_settings_of_runs(config)
    check_files(config)
    wanted = stage_named(stage)
    if wanted not in stages_of(config):
        raise ConfigError("no technologies.catalogue is configured (see conf/paper.toml)")
    shared = output_of(spark, config, inputs=input_places(spark, source), output=output, adds=True)
    given = open_input(spark, config, source)
    with shared as result:
        refuse_missing_tables(result.there, config, wanted)
        refuse_before_earlier_stages(result.told, config, wanted, output)
        run = Run(config, given.store, result.reading(wanted.reads), stages_of_run(spark))
        remember_earlier_stages(run, result.told, wanted)
        if wanted is NETWORK:
            take_over_rejects(run, result.there)
        with unchanged(given):
            wanted.run(run)
        is_last = wanted is stages_of(config)[-1]
        result.publish_stage(
            tables_to_replace(config, wanted),
            {"stages": list(run.stages.records), "facts": dict(run.facts)},
            manifest_of(run, of_tables(run, given)) if is_last else None,
        )


def output_of(
    spark: SparkSession,
    config: Config,
    *,
    inputs: Sequence[Place],
    output: str,
    adds: bool = False,
) -> Output:
    """Return the output of a run, or with ``adds`` of a single stage, as configured."""
    settings = config.output
    return Output(
        spark,
        output,
        inputs=inputs,
        form=settings.format,
        mode=settings.mode,
        adds=adds,
        run_id=settings.run_id,
        staging=settings.staging,
        file_mb=settings.file_mb,
    )


def tables_to_replace(config: Config, stage: Stage) -> list[str]:
    """Return the tables that a stage may write; of the last one, also those that none writes."""
    stages = stages_of(config)
    gone = [other for other in STAGES if other not in stages] if stage is stages[-1] else []
    return [table for one in (stage, *gone) for table in one.writes]


def remember_earlier_stages(run: Run, told: dict[str, Any], stage: Stage) -> None:
    """Take over what the stages before this one recorded, in progress or in a manifest."""
    before = STAGES[: STAGES.index(stage)]
    records, facts = told.get("stages", ()), told.get("facts", told)
    names = {earlier.name for earlier in before}
    run.stages.records += [record for record in records if record["stage"] in names]
    run.facts |= {
        name: facts[name] for earlier in before for name in earlier.facts if name in facts
    }


def refuse_before_earlier_stages(
    told: dict[str, Any], config: Config, stage: Stage, output: str
) -> None:
    """Refuse to go on from tables that are of another run.

    Tables of which nothing is recorded were put there by hand, and are taken as they are.
    """
    if "stages" not in told:
        return
    order = stages_of(config)
    done = {record["stage"] for record in told["stages"]}
    for earlier in order[: order.index(stage)]:
        if earlier.name not in done:
            raise InputError(
                f"{output}: stage {earlier.name} has to run again before {stage.name}, as a stage "
                "before it was repeated or the output was not finished"
            )


def refuse_missing_tables(there: TableStore, config: Config, stage: Stage) -> None:
    """Refuse a stage before the stages that make what it reads."""
    missing = [table for table in stage.reads if not there.has(table)]
    if missing:
        raise InputError(
            f"{there.home.uri} has no {', '.join(missing)}: run the stages in the order "
            + ", ".join(one.name for one in stages_of(config))
        )


def refuse_settings_of_runs(config: Config) -> None:
    """Refuse to mark one stage's rows with a run's identifier, or to append them."""
    settings = config.output
    if settings.mode == "append" or settings.run_id is not None:
        raise ConfigError(
            "a stage alone belongs to one result without run identifiers; output.mode=append and "
            "output.run_id are for patentcore run"
        )


def check_files(config: Config) -> None:
    """Refuse an unusable catalogue of technologies or list of applicants before any work is done.

    Raises:
        ConfigError: naming the file.
    """
    if config.technologies.catalogue:
        catalogue.load(config.technologies.catalogue)
        if config.technologies.classifier:
            classifier.require()
    if config.corpus.applicants:
        read_names(config.corpus.applicants)
