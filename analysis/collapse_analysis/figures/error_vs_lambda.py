"""Error against the ridge lambda (or its exponent ell), one curve per number of synthetic generations."""

from collapse_analysis.curves import CurveFigure

FIGURE = CurveFigure("error-vs-lambda", x="lambda", curves=("n", "T"), panels=("beta", "T"))
