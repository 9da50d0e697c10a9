"""Models keep their own names: nobody above them compares with one, asks for one, or sets an option by name; their descriptions answer."""

import json
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2]
ABOVE = ["simulate", "sweep", "mpi", "store", "app"]
# model.spectrum_file is a key that fills in the options of the spectrum it is named for.
EXCEPTIONS = {("src/app/config_keys.cpp", name) for name in ("eigenvalues", "squared_coefficients", "weights")}


def names_of(listing):
    """Names of models, their options and the words that these may be; but for parameters, which are no model's own."""
    names = set()
    for kind in ("protocols", "spectra", "teachers", "covariates", "estimators", "kernels"):
        for model in listing[kind]:
            names.add(model["name"])
            for option in model["options"]:
                names |= {option["name"], *option["values"]}
    parameters = {key["name"].removeprefix("grid.") for key in listing["keys"] if key["name"].startswith("grid.")}
    return names - parameters


def mentions(text, names):
    """Names that are compared with, asked for or looked up."""
    quoted = rf'"({"|".join(sorted(map(re.escape, names)))})"'
    patterns = [rf"[=!]=\s*{quoted}", rf"{quoted}\s*[=!]=", rf"choices(?:\.at\(|\.find\(|\.contains\(|\[){quoted}", rf"_called\({quoted}"]
    return {match for pattern in patterns for match in re.findall(pattern, text)}


@pytest.fixture(scope="module")
def names(shared):
    return names_of(json.loads(shared("list", "--json").stdout))


def test_no_layer_above_the_models_knows_one_by_name(names):
    assert {"replace", "power_law", "gaussian", "adaptive", "degrees_of_freedom", "chain", "fixed", "kernel_ridge", "file"} <= names
    found = set()
    for layer in ABOVE:
        for root in (SOURCE / "src" / layer, SOURCE / "include" / "collapse" / layer):
            for path in sorted([*root.rglob("*.cpp"), *root.rglob("*.hpp")]):
                file = path.relative_to(SOURCE).as_posix()
                found |= {(file, name) for name in mentions(path.read_text(), names)}
    assert found == EXCEPTIONS


@pytest.mark.parametrize("line", ['if (settings.protocol == "replace")', 'return "gaussian" != name;', 'choices.at("design")', 'choices["design"] = x',
                                  'protocol_called("replace")'])
def test_a_comparison_would_be_found(line, names):
    assert mentions(line, names)
    assert not mentions('json["rows"] = "replace is a protocol"', names)
