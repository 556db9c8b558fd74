"""How one patent came out of a run, and why."""

from patentcore.results.explain.explain import explain
from patentcore.results.explain.explanation import Explanation
from patentcore.results.explain.text import as_dict, as_text

__all__ = ["Explanation", "as_dict", "as_text", "explain"]
