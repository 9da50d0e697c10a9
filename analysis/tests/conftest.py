import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from result_file import write_results  # noqa: E402

AXES = {"alpha": [1.2], "beta": [0, 1.5], "T": [100, 200, 300, 1000], "lambda": [0, 1e-4, 1e-2, 1], "n": [0, 1, 5, np.inf]}
SCALARS = {"d": 300, "T0": 600, "lambda0": 0, "sigma": 0.1, "sigma0": 0.5}


@pytest.fixture
def sweep(tmp_path):
    """A sweep with everything that is awkward: lambda = 0, n = inf, infinite and unknown theory, cells that are not done."""
    shape = tuple(len(v) for v in AXES.values())
    theory = 0.1 * (1 + np.arange(np.prod(shape)).reshape(shape))
    theory[:, :, 2, 0] = np.inf      # T = d without ridge
    theory[:, 1, :, :, 2] = np.nan   # no prediction for n = 5 at beta = 1.5
    status = np.ones(shape)
    status[..., 3] = 3               # n = inf is not simulated
    status[0, 0, 0, 0, :3] = [0, 2, 1]
    return write_results(tmp_path / "sweep.h5", AXES, SCALARS, theory_test_error=theory, status=status, failure=(status == 2))
