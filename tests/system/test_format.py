"""src/store/FORMAT.md, table by table, against a file of the program."""
from pathlib import Path

import h5py
import pytest

from program import COMPLETE
from results import text
from sweeps import SMALL

PARAMETERS = ("alpha", "beta", "T", "lambda", "n", "d", "T0", "lambda0", "sigma", "sigma0", "r")
FORMAT = Path(__file__).parents[2] / "src/store/FORMAT.md"
KINDS = {"<f8": "float64", "<i8": "int64", "<u8": "uint64", "<i4": "int32", "|u1": "uint8", "|S1": "char"}


@pytest.fixture(scope="module")
def file(shared):
    shared("run", shared.write(SMALL), expect=COMPLETE)
    with h5py.File(shared.folder / "out.h5") as opened:
        yield opened


def described(section, kind):
    """Name -> the other columns of the table of attributes or variables in a section of FORMAT.md."""
    text_of_section = FORMAT.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    table = text_of_section.split(f"\n| {kind} | type |")[1].split("\n\n")[0].splitlines()[2:]
    rows = [[column.strip() for column in line.strip("|").split("|")] for line in table]
    return {name.strip("`"): rest for name, *rest in rows}


@pytest.mark.parametrize("section, path_of_group", [("Root", "/"), ("`provenance`", "provenance")])
def test_the_attributes_of_a_file_are_those_of_the_format(file, section, path_of_group):
    group = file[path_of_group]
    kinds = {name: "text" if isinstance(value := group.attrs[name], bytes) else value.dtype.name for name in group.attrs}
    assert kinds == {name: kind for name, (kind, _) in described(section, "attribute").items()}


@pytest.mark.parametrize("section, path_of_group", [("Root", "/"), ("`provenance`", "provenance"), ("`accumulators`", "accumulators")])
def test_the_variables_of_a_file_are_those_of_the_format(file, section, path_of_group):
    parameters = {*PARAMETERS} if path_of_group == "/" else set()
    found = {}
    for name, thing in file[path_of_group].items():
        if isinstance(thing, h5py.Dataset) and name not in parameters:
            about = [text(thing, key) if key in thing.attrs else "" for key in ("units", "long_name")]
            found[name] = [KINDS[thing.dtype.str], *about]
    assert found == described(section, "variable")


def test_the_format_states_the_version_of_a_file(file):
    assert FORMAT.read_text().startswith(f"# The result file, version {file.attrs['schema_version']}\n")


def test_parameters_have_the_attributes_of_the_format(file):
    for name in [*PARAMETERS]:
        assert file[name].dtype.str == "<f8" and {"long_name", "units", "symbol"} <= set(file[name].attrs), name
