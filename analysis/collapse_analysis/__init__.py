"""Read the result files of `collapse` and draw publication-ready figures from them."""

from collapse_analysis.results import ResultsError, open_results

__all__ = ["ResultsError", "open_results"]
