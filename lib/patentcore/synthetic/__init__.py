"""The calibrated corpus: synthetic patents shaped like those of Zheng & Liu."""

from patentcore.synthetic.generate import CorpusSummary, Layout, generate

__all__ = ["CorpusSummary", "Layout", "generate"]
