"""A short torture; `tests/torture.py --kills 200` is the long one."""
import sys
from pathlib import Path

import pytest

from program import LAUNCHER

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from torture import Torture, table  # noqa: E402


@pytest.mark.mpi
@pytest.mark.skipif(LAUNCHER is None, reason="there is no mpirun")
def test_killed_at_random_moments_nothing_is_lost(tmp_path):
    text, total = table(Torture(tmp_path, ranks=2, seed=1).run(kills=10))
    assert total.kills == 10 and total.cells_lost == 0 and total.different == [] and total.hung == [], text
