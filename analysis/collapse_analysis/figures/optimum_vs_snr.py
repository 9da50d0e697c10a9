"""The best mixture of real and synthetic labels against the signal-to-noise ratio, one curve per ridge."""

from collapse_analysis.optimum import OptimumFigure

FIGURE = OptimumFigure("optimum-vs-snr", x="snr", curves=("lambda", "T"), panels=("beta", "T"), from_zero=False, mark="y")
