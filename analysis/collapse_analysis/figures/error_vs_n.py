"""Error against the number of synthetic generations, one curve per sample size."""

from collapse_analysis.curves import CurveFigure

FIGURE = CurveFigure("error-vs-n", x="n", curves=("T", "lambda"), panels=("beta", "lambda"))
