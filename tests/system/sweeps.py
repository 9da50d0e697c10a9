"""Configs of the tests, as `section.key: value`."""

# A few milliseconds: every kind of row (under- and over-parametrised, with and without ridge), two spectra.
SMALL = {
    "grid.alpha": "1.2",
    "grid.beta": "0, 1.5",
    "grid.n": "0, 1, 3",
    "grid.lambda": "0, 0.1",
    "grid.T": "15, 25, 60",
    "grid.d": "20",
    "grid.T0": "60",
    "grid.sigma": "0.1",
    "grid.sigma0": "0.2",
    "model.protocol": "replace",
    "simulation.replicates": "200",
    "simulation.seed": "3",
    "output.file": "out.h5",
}

# About five core-seconds: long enough to interrupt in order.
SHORT = {**SMALL, "grid.d": "40", "grid.T": "30, 50, 70", "simulation.replicates": "10000"}

# About twelve core-seconds: results are committed every five, so that a kill finds some cells done and others not.
LONG = {**SHORT, "simulation.replicates": "25000"}

PREDICTIONS = {**SMALL, "simulation.replicates": "0"}
