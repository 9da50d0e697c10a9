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

# Minutes on any machine, in tasks of half a second: for runs that a test ends by a signal.
ENDLESS = {**SHORT, "simulation.replicates": "5000000"}

# One cell of four replicates, each a task of minutes on any machine: a thousand ridge regressions of a second or so.
HUGE = {**SMALL, "grid.beta": "0.5", "grid.n": "1000", "grid.lambda": "0.1", "grid.lambda0": "0.1", "grid.T": "4500", "grid.d": "3000",
        "grid.T0": "4500", "simulation.replicates": "4"}

PREDICTIONS = {**SMALL, "simulation.replicates": "0"}
