"""Some of the mutated inputs of fuzz_ingest, by their fixed numbers."""

from __future__ import annotations

from tests.sources.fuzz_ingest import fuzz


def test_mutated_inputs_are_read_or_refused_in_a_sentence(spark, tmp_path) -> None:
    outcomes, faults = fuzz(range(200), tmp_path, spark)
    assert not faults, "\n".join(faults)
    assert outcomes["read"] > 100
