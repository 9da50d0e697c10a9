"""The best mixture of real and synthetic labels against the ridge, one curve per signal-to-noise ratio."""

from collapse_analysis.optimum import OptimumFigure

FIGURE = OptimumFigure("optimum-vs-lambda", x="lambda", curves=("snr", "T"), panels=("beta", "T"), from_zero=False, mark="y")
