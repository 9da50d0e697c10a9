"""System tests: the program as a user runs it. COLLAPSE names the executable (default: build/collapse of the source tree).

    /usr/bin/python3 -m pytest -q tests/system             everything
    /usr/bin/python3 -m pytest -q tests/system -m mpi      what needs mpirun
    /usr/bin/python3 -m pytest -q tests/system -m system   the rest
"""
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from program import Collapse, PROGRAM  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line("markers", "mpi: runs the program under mpirun")
    config.addinivalue_line("markers", "system: runs the program alone (every test that is not marked mpi)")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("mpi") is None:
            item.add_marker("system")


def pytest_sessionstart():
    if not PROGRAM.exists():
        pytest.exit(f"{PROGRAM} does not exist; build it, or name another by COLLAPSE=...", returncode=2)


@pytest.fixture
def collapse(tmp_path):
    """The program in an empty folder; whatever a test leaves running is killed."""
    program = Collapse(tmp_path)
    yield program
    program.kill_all()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The program in a folder that the tests of a file share, for results that they only read."""
    program = Collapse(tmp_path_factory.mktemp("shared"))
    yield program
    program.kill_all()
