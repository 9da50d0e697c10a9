"""Error against the fraction p of rows with real labels, one curve per sample size; the best fraction is marked."""

from collapse_analysis.curves import CurveFigure

FIGURE = CurveFigure("error-vs-p", x="p", curves=("T", "n"), panels=("beta", "lambda"), least=True)
