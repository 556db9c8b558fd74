"""The stages run apart from each other give what the whole run gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from chispa import assert_df_equality
from pyspark.sql import SparkSession

from patentcore import config, schemas
from patentcore.errors import ConfigError, InputError
from patentcore.stages.pipeline import run_all, run_stage, stages_of
from patentcore.synthetic import generate
from tests.conftest import ROOT

WITH_TECHNOLOGIES = {"technologies": {"catalogue": str(ROOT / "conf" / "technologies.toml")}}


@pytest.fixture(scope="module")
def corpus(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = str(tmp_path_factory.mktemp("stages") / "corpus")
    generate(spark, folder, scale=0.01)
    return folder


def manifest(folder: Path) -> dict:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))


def test_stages_apart_write_the_tables_and_the_manifest_of_the_whole_run(
    spark: SparkSession, corpus: str, tmp_path: Path
) -> None:
    settings = config.parse(WITH_TECHNOLOGIES)
    names = [stage.name for stage in stages_of(settings)]
    whole, apart = tmp_path / "whole", tmp_path / "apart"
    run_all(spark, settings, source=corpus, output=str(whole))
    for stage in names:
        assert not (apart / "run.json").exists()
        run_stage(spark, settings, stage=stage, source=corpus, output=str(apart))
    expected, got = manifest(whole), manifest(apart)
    for key in ("funnel", "network", "configuration", "input"):
        assert got[key] == expected[key]
    assert got["betweenness"]["method"] == expected["betweenness"]["method"]
    assert [record["stage"] for record in got["stages"]] == names
    for table in set(schemas.TABLES) & {path.name for path in whole.iterdir()}:
        ours, theirs = (spark.read.parquet(str(f / table)) for f in (apart, whole))
        assert ours.count() == theirs.count()
        if table in ("scores", "centrality", "edges", "funnel", "technology_patents"):
            assert_df_equality(ours, theirs, ignore_row_order=True)


def test_a_stage_again_replaces_its_own_record_and_drops_the_later_ones(
    spark: SparkSession, corpus: str, tmp_path: Path
) -> None:
    settings = config.parse({})
    for stage in ("screen", "network", "screen"):
        run_stage(spark, settings, stage=stage, source=corpus, output=str(tmp_path / "apart"))
    told = json.loads((tmp_path / "apart" / "_stages.json").read_text(encoding="utf-8"))
    assert [record["stage"] for record in told["stages"]] == ["screen"]


def test_a_stage_without_its_input_names_what_is_missing(
    spark: SparkSession, corpus: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="has no vertices, edges"):
        run_stage(
            spark, config.parse({}), stage="centrality", source=corpus, output=str(tmp_path / "new")
        )


def test_the_technology_stage_wants_a_catalogue(
    spark: SparkSession, corpus: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=r"no technologies\.catalogue"):
        run_stage(
            spark,
            config.parse({}),
            stage="technologies",
            source=corpus,
            output=str(tmp_path / "new"),
        )
