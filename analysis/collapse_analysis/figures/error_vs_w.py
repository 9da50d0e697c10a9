"""Error against the weight w of real labels, one curve per sample size; the best weight is marked."""

from collapse_analysis.curves import CurveFigure

FIGURE = CurveFigure("error-vs-w", x="w", curves=("T", "n", "k"), panels=("beta", "lambda"), least=True)
