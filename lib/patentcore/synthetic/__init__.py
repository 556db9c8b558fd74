"""The calibrated corpus: synthetic patents shaped like those of Zheng & Liu."""

from patentcore.synthetic.generate import CorpusSummary, generate

__all__ = ["CorpusSummary", "generate"]
