"""Error against the sample size T of the evaluated model, one curve per number of synthetic generations."""

from collapse_analysis.curves import CurveFigure

FIGURE = CurveFigure("error-vs-T", x="T", curves=("n", "lambda"), panels=("beta", "lambda"))
