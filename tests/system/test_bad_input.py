"""Bad input is refused by one sentence that names the value and the remedy, and leaves no trace."""
import shutil
import subprocess

import h5py
import pytest

from complaints import assert_one_sentence, contents
from program import BAD_INPUT, COMPLETE, PROGRAM, STOPPED, Outcome, environment
from sweeps import SMALL

MIX = {"model.protocol": "mix", "grid.T0": None, "grid.w": "0.5"}

# What is changed in a good config: the words that the sentence must contain.
BAD_CONFIGS = [
    ({"grid.lamda": "1"}, ["grid.lamda", "did you mean grid.lambda?"]),
    ({"simulation.replicate": "1"}, ["simulation.replicate", "did you mean simulation.replicates?"]),
    ({"simulations.seed": "1"}, ["simulations.seed", "did you mean simulation.seed?"]),
    ({"model.protocol": "replica"}, ["model.protocol", "replica", "did you mean replace?"]),
    ({"model.protocol": "xyzzy"}, ["model.protocol", "xyzzy", "replace"]),
    ({"model.protocol": ""}, ["model.protocol"]),
    ({"model.spectrum": "power"}, ["model.spectrum", "power", "power_law"]),
    ({"model.teacher": "rndom", "grid.alpha": None}, ["model.teacher", "rndom", "did you mean random?"]),
    ({"model.signal": "loud"}, ["model.signal", "loud", "raw"]),
    ({"model.signal": "0"}, ["model.signal", "0", "raw"]),
    ({"model.signal": "-1"}, ["model.signal", "-1", "raw"]),
    ({"model.signal": "inf"}, ["model.signal", "inf", "raw"]),
    ({"grid.beta": ""}, ["grid.beta", "empty"]),
    ({"grid.beta": "1,,2"}, ["grid.beta", "empty"]),
    ({"grid.beta": "one"}, ["grid.beta", "one"]),
    ({"grid.beta": "nan"}, ["grid.beta", "nan"]),
    ({"grid.beta": "inf"}, ["grid.beta", "inf"]),
    ({"grid.alpha": "inf"}, ["grid.alpha", "inf"]),
    ({"grid.beta": "-1"}, ["grid.beta", "-1"]),
    ({"grid.beta": "1 2"}, ["grid.beta", "1 2"]),
    ({"grid.lambda": "-0.5"}, ["grid.lambda", "-0.5"]),
    ({"grid.lambda": "0.1, -0.5"}, ["grid.lambda", "-0.5"]),
    ({"grid.lambda0": "-0.5"}, ["grid.lambda0", "-0.5"]),
    ({"grid.sigma": "-0.5"}, ["grid.sigma", "-0.5"]),
    ({"grid.sigma0": "-0.5"}, ["grid.sigma0", "-0.5"]),
    *(({f"grid.{name}": value}, [f"grid.{name}", value]) for name in ["T", "d", "T0"] for value in ["0", "-3", "1.5"]),
    ({"grid.T": "inf"}, ["grid.T", "inf"]),
    ({"grid.T": "1e18"}, ["grid.T = 1e+18", "less than 1e15"]),
    ({"grid.T": "30 ; rows"}, ["grid.T = 30 ; rows", "comments begin with #"]),
    ({"grid.lambda": "logspace(-4, 1, 11), 1"}, ["grid.lambda", "1", "twice"]),
    ({"grid.n": "-1"}, ["grid.n", "-1"]),
    ({"grid.n": "0.5"}, ["grid.n", "0.5"]),
    ({"grid.n": "inf"}, ["grid.n", "inf", "replicates = 0"]),
    ({"grid.n": "0, inf"}, ["grid.n", "inf", "replicates = 0"]),
    ({"grid.d": "inf"}, ["grid.d", "inf", "replicates = 0"]),
    ({"grid.w": "0.5"}, ["grid.w", "protocol = replace", "distill, mix, mixture or weighted"]),
    ({"grid.p": "0.5"}, ["grid.p", "protocol = replace", "partial"]),
    ({"grid.xyzzy": "1"}, ["unknown key grid.xyzzy", "; `collapse list`"]),
    ({"grid.k": "1"}, ["grid.k", "replace"]),
    ({"model.design": "fixed"}, ["model.design", "replace"]),
    ({"model.teacher": "random"}, ["grid.alpha", "teacher = random"]),
    ({"grid.r": "1"}, ["grid.alpha", "grid.r", "both"]),
    ({"grid.ell": "0.5"}, ["grid.lambda", "grid.ell", "both"]),
    ({"grid.b": "0.5"}, ["grid.T0", "grid.b", "both"]),
    ({"grid.T": "20, 30, 20"}, ["grid.T", "20", "twice"]),
    ({"grid.n": "0:3, 2"}, ["grid.n", "2", "twice"]),
    ({"grid.T": "30:20"}, ["grid.T", "30:20"]),
    ({"grid.T": "20:30:0"}, ["grid.T", "20:30:0"]),
    ({"grid.T": "1:2:3:4"}, ["grid.T", "1:2:3:4", "start:stop"]),
    ({"grid.T": "linspace(1, 2, 3)"}, ["grid.T", "1.5"]),
    ({"grid.lambda": "logspce(-2, 1, 4)"}, ["grid.lambda", "logspce", "did you mean logspace?"]),
    ({"grid.lambda": "logspace(-2, 1)"}, ["grid.lambda", "logspace(-2, 1)"]),
    ({"grid.lambda": "logspace(-2, 1, 4"}, ["grid.lambda", "logspace(-2, 1, 4"]),
    ({"grid.lambda": "logspace(-2, 1, 1.5)"}, ["grid.lambda", "1.5"]),
    ({"grid.lambda": "logspace(-2, 1, 0)"}, ["grid.lambda", "logspace(-2, 1, 0)"]),
    ({"grid.lambda": "geomspace(0, 1, 3)"}, ["grid.lambda", "geomspace(0, 1, 3)"]),
    ({"grid.lambda": "T^-0.5, 0.1"}, ["grid.lambda", "T^-0.5, 0.1"]),
    ({"grid.sigma": "T^-0.5"}, ["grid.sigma", "T^-0.5"]),
    ({"grid.d": None}, ["grid.d", "missing"]),
    ({"grid.T": None}, ["grid.T", "missing"]),
    ({"grid.T0": None}, ["grid.T0", "missing"]),
    ({"simulation.replicates": "-1"}, ["simulation.replicates", "-1"]),
    ({"simulation.replicates": "1e-3"}, ["simulation.replicates", "1e-3", "whole number"]),
    ({"simulation.replicates": "1e30"}, ["simulation.replicates = 1e30", "from 0 to 1000000000000000"]),
    ({"simulation.replicates": "10.5"}, ["simulation.replicates", "10.5"]),
    ({"simulation.replicates": "99999999999999999999"}, ["simulation.replicates", "99999999999999999999", "from 0 to 1000000000000000"]),
    ({"simulation.replicates": ""}, ["simulation.replicates"]),
    ({"simulation.precision": "2"}, ["simulation.precision", "2"]),
    ({"simulation.precision": "0"}, ["simulation.precision", "0"]),
    ({"simulation.precision": "-0.1"}, ["simulation.precision", "-0.1"]),
    ({"simulation.precision": "fine"}, ["simulation.precision", "fine"]),
    ({"simulation.precision": "0.1", "simulation.replicates": "0"}, ["simulation.precision", "simulation.replicates"]),
    ({"simulation.precision": "0.1", "simulation.min_replicates": "1"}, ["simulation.min_replicates", "1"]),
    ({"simulation.precision": "0.1", "simulation.min_replicates": "30", "simulation.max_replicates": "20"}, ["30", "20"]),
    ({"simulation.replicates": "2", "simulation.precision": "0.1"}, ["simulation.replicates = 2", "20", "simulation.min_replicates"]),
    ({"simulation.seed": "18446744073709551616"}, ["simulation.seed", "from 0 to 18446744073709551615"]),
    ({"simulation.seed": "-1"}, ["simulation.seed", "-1", "from 0 to 18446744073709551615"]),
    ({"simulation.seed": "1.5"}, ["simulation.seed", "1.5"]),
    *(({"simulation.seed": seed}, ["simulation.seed", seed, "18446744073709551615"]) for seed in ["1e30", "1.8446744073709552e19", "inf", "nan"]),
    *(({f"simulation.{key}": value}, [f"simulation.{key} = {value}", "whole number from 0 to 1000000000000000"])
      for key in ["first_replicate", "replicates"] for value in ["9223372036854775807", "9223372036854775808", "1e16", "-9e18"]),
    ({"simulation.precision": "0.1", "simulation.max_replicates": "1e18"}, ["simulation.max_replicates", "1000000000000000"]),
    ({"grid.n": "1e18"}, ["grid.n = 1e+18", "less than 1e15"]),
    ({"grid.d": "3e9"}, ["grid.d = 3000000000", "2147483647"]),
    ({"grid.beta": "[0, 1.5]"}, ["grid.beta = [0", "commas", "brackets"]),
    ({"grid.T": '"50"'}, ['grid.T = "50"', "quotes"]),
    ({"grid.T": "50 100"}, ["grid.T = 50 100", "commas"]),
    ({"grid.T0": "T^40"}, ["grid.T0 = T^b (b = 40)", "between 1 and"]),  # T^-3 is rounded to one row
    ({"grid.replicates": "5"}, ["grid.replicates", "did you mean simulation.replicates?"]),
    ({"output.file": ""}, ["output.file is empty"]),
    ({"simulation.noise": "average"}, ["simulation.noise = average", "did you mean averaged?", "drawn or averaged"]),
    ({"simulation.seed": "dice"}, ["simulation.seed", "dice"]),
    ({**MIX, "grid.w": None}, ["grid.w", "mix"]),
    *(({**MIX, "model.protocol": "weighted", "grid.k": "1", "grid.w": w}, ["grid.w", w, "[0, 1]"]) for w in ["1.5", "-0.1"]),
    *(({"model.protocol": "partial", "grid.T0": None, "grid.p": p}, ["grid.p", p, "[0, 1]"]) for p in ["1.5", "-0.1"]),
    ({**MIX, "grid.w": "adaptiv"}, ["grid.w", "adaptiv"]),
    ({**MIX, "grid.w": "0.5", "model.weighting": "adaptive"}, ["grid.w", "weighting"]),
    ({**MIX, "grid.n": "0, inf"}, ["grid.n", "inf", "replicates = 0", "finite"]),
    ({**MIX, "grid.T0": "60"}, ["grid.T0", "mix"]),
    ({**MIX, "model.design": "fixd"}, ["model.design", "fixd", "did you mean fixed?"]),
    ({**MIX, "model.real_labels": "fixed"}, ["model.real_labels", "model.design = fixed"]),
    ({**MIX, "model.protocol": "weighted", "grid.k": "0"}, ["grid.k", "0"]),
    ({**MIX, "model.protocol": "partial"}, ["grid.w", "partial"]),
    ({"model.spectrum": "spiked", "grid.beta": None}, ["model.spikes", "missing"]),
    ({"model.spectrum": "spiked", "grid.beta": None, "model.spikes": "-2"}, ["model.spikes", "-2"]),
    ({"model.spectrum": "file", "grid.beta": None}, ["model.spectrum_file", "missing"]),
    ({"model.spectrum": "file", "grid.beta": None, "model.spectrum_file": "missing.csv"}, ["model.spectrum_file", "/missing.csv: No such file"]),
    *(({**MIX, "model.covariates": f"student({df})"}, [df]) for df in ["1", "some"]),
    ({**MIX, "model.covariates": "student("}, ["model.covariates", "student("]),
    ({"model.covariates": "rademachr"}, ["model.covariates", "rademachr", "did you mean rademacher?"]),
]

BAD_OPTIONS = [
    (["--frehs"], ["--frehs", "did you mean --fresh?"]),
    (["--grid.lamda=1"], ["grid.lamda", "did you mean grid.lambda?"]),
    (["--grid.lambda=-1"], ["grid.lambda", "-1"]),
    (["--grid.T=20", "--grid.T=30"], ["grid.T", "twice"]),
    (["--output"], ["--output"]),
    (["--output="], ["--output is given without a value"]),
    (["--output", ""], ["--output is given without a value"]),
    (["--replicates", "5"], ["--replicates", "did you mean --simulation.replicates?"]),
    (["--simulation.seed=1e30"], ["simulation.seed = 1e30", "18446744073709551615"]),
    *(([f"--shard={bad}"], ["--shard", word]) for bad, word in [("0/2", "from 1 to 2"), ("3/2", "from 1 to 2"), ("1/1e18", "1000000"), ("1", "i/N"),
                                                              ("18446744073709551617/18446744073709551618", "1000000")]),
    (["--quiet=3"], ["--quiet takes no value"]),
    (["-q"], ["-q"]),
    *(([f"--time-left={bad}"], ["--time-left", bad]) for bad in ["soon", "1:2:3:4", "-5", "1-2-3", "1.5", ":", "-", "1-24:61:00", "1-24", "10:60", "1:60:00", "9" * 400]),
]

BAD_COMMANDS = [
    ([], ["verb", "--help"]),
    (["rn", "sweep.ini"], ["rn", "did you mean run?"]),
    (["frobnicate"], ["frobnicate", "run"]),
    (["--frobnicate"], ["--frobnicate", "run"]),
    (["run"], ["CONFIG"]),
    (["run", "sweep.ini", "sweep.ini"], ["CONFIG", "sweep.ini sweep.ini"]),
    (["list", "sweep.ini"], ["no operand", "sweep.ini"]),
    (["status"], ["FILE"]),
    (["check", "a.h5", "b.h5"], ["FILE", "a.h5 b.h5"]),
    (["run", "missing.ini"], ["missing.ini"]),
    (["plan", "missing.ini"], ["missing.ini"]),
    (["run", "."], [". is a directory"]),
    (["status", "missing.h5"], ["missing.h5"]),
    (["check", "missing.h5"], ["missing.h5"]),
    (["status", "."], ["."]),
    (["status", "sweep.ini"], ["sweep.ini", "HDF5"]),
    (["check", "sweep.ini"], ["sweep.ini", "HDF5"]),
    (["plan", "sweep.ini", "--frehs"], ["--frehs", "collapse plan --help"]),
]

BAD_TEXTS = [
    ("hello world\n", ["hello world"]),
    ("[grid\nT = 3\n", ["[grid"]),
    ("T = 3\nd = 3\n", ["T stands before any section", "put [grid] above it"]),
    ("replicates = 3\n[grid]\nd = 3\n", ["put [simulation] above it"]),
    ("", ["grid.d"]),
    ("[grid]\nd = 20\nd = 30\nT = 40\n", ["grid.d", "twice"]),
    ("; rows\n[grid]\nT = 40\n", ["; rows", "# before comments"]),
    ("[grid]\nd = 20\n; T = 30\nT = 40\n", ["; T = 30", "comments begin with #"]),
    ("[grid]\nd = 20\nT = 40\nT0 = 60\n[refine]  # where?\n", ["[refine] is empty", "axes = T, lambda"]),
    ("\x7fELF\x00\x01\x02", []),
    ("[grid]\n50 %invalid_line% more\n", ["50 %invalid_line% more"]),  # what Boost puts in place of the line in its own message
]


# A spectrum file: what is wrong with it.
BAD_SPECTRA = [
    ("1, 1\n0.5\n", ["spectrum.csv line 2", "1 columns"]),
    ("1, 1, 1\n", ["spectrum.csv line 1", "3 columns"]),
    ("1, nan\n", ["spectrum.csv line 1", "nan"]),
    ("1, one\n", ["spectrum.csv line 1", "one"]),
    ("1, 1\n0.5, inf\n", ["spectrum.csv line 2", "squared coefficient inf"]),
    ("1, 1\n-0.5, 1\n", ["spectrum.csv line 2", "eigenvalue -0.5"]),
    ("1, 1\n0.5, -1\n", ["spectrum.csv line 2", "squared coefficient -1"]),
    ("0, 1\n0, 1\n", ["eigenvalues", "zero everywhere"]),
    ("# eigenvalue, squared coefficient\n", ["spectrum.csv", "no numbers"]),
    ("", ["spectrum.csv", "no numbers"]),
    ({"eigenvalues": [1, 0.5], "squared_coefficients": [1]}, ["2 eigenvalues", "1 squared coefficients"]),
    ({"eigenvalues": [[1, 0.5]], "squared_coefficients": [1, 1]}, ["eigenvalues", "2 dimensions"]),
    ({"eigenvalues": [1, float("nan")], "squared_coefficients": [1, 1]}, ["eigenvalues", "nan", "spectrum.h5", "place 2"]),
    ({"eigenvalues": [1, -0.5], "squared_coefficients": [1, 1]}, ["eigenvalues", "-0.5", "place 2"]),
]


def name_of(change):
    return ", ".join(f"{key}={value}" for key, value in change.items())


def test_a_whole_number_may_have_an_exponent(collapse):
    plan = collapse("plan", collapse.write({**SMALL, "simulation.replicates": "1e3", "simulation.seed": "18446744073709551615"}), "--json",
                    expect=COMPLETE).json
    assert plan["replicates"] == 1000
    assert {"key": "simulation.seed", "value": "18446744073709551615", "default": False} in plan["settings"]


def assert_refused(collapse, *words, named):
    before = contents(collapse.folder)
    assert_one_sentence(collapse(*words, timeout=120), *named)
    assert contents(collapse.folder) == before


@pytest.mark.parametrize("change, named", BAD_CONFIGS, ids=[name_of(change) for change, _ in BAD_CONFIGS])
def test_a_bad_config_is_refused(collapse, change, named):
    assert_refused(collapse, "plan", collapse.write({**SMALL, **change}), named=named)


@pytest.mark.parametrize("change, named", BAD_CONFIGS[::10], ids=[name_of(change) for change, _ in BAD_CONFIGS[::10]])
def test_a_bad_config_is_refused_by_run_too(collapse, change, named):
    assert_refused(collapse, "run", collapse.write({**SMALL, **change}), named=named)


@pytest.mark.parametrize("content, named", BAD_SPECTRA, ids=[str(content) for content, _ in BAD_SPECTRA])
def test_a_bad_spectrum_file_is_refused(collapse, content, named):
    path = collapse.folder / ("spectrum.csv" if isinstance(content, str) else "spectrum.h5")
    if isinstance(content, str):
        path.write_text(content)
    else:
        with h5py.File(path, "w") as file:
            file.update(content)
    keys = {**SMALL, "grid.alpha": None, "grid.beta": None, "grid.d": None, "model.spectrum": "file", "model.spectrum_file": path.name}
    assert_refused(collapse, "plan", collapse.write(keys), named=named)


def test_a_dimension_that_is_not_that_of_the_spectrum_file_is_refused(collapse):
    (collapse.folder / "spectrum.csv").write_text("1, 1\n0.5, 1\n")
    keys = {**SMALL, "grid.alpha": None, "grid.beta": None, "model.spectrum": "file", "model.spectrum_file": "spectrum.csv"}
    assert_refused(collapse, "plan", collapse.write(keys), named=["grid.d = 20", "2 eigenvalues"])


@pytest.mark.parametrize("options, named", BAD_OPTIONS, ids=[" ".join(options) for options, _ in BAD_OPTIONS])
def test_a_bad_option_is_refused(collapse, options, named):
    assert_refused(collapse, "run", collapse.write(SMALL), *options, named=named)


@pytest.mark.parametrize("words, named", BAD_COMMANDS, ids=[" ".join(words) or "nothing" for words, _ in BAD_COMMANDS])
def test_a_bad_command_is_refused(collapse, words, named):
    collapse.write(SMALL)
    assert_refused(collapse, *words, named=named)


@pytest.mark.parametrize("text, named", BAD_TEXTS, ids=range(len(BAD_TEXTS)))
def test_what_is_no_config_is_refused(collapse, text, named):
    config = collapse.folder / "sweep.ini"
    config.write_text(text)
    assert_refused(collapse, "run", config, named=["sweep.ini" if text.strip() else "", *named])


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs prlimit")
def test_a_sweep_that_is_too_large_for_the_limit_of_the_process_is_refused(collapse):
    config = collapse.write({**SMALL, "grid.lambda": "linspace(0, 1, 300000)"})
    before = contents(collapse.folder)
    limited = ["prlimit", f"--as={10**9}", str(PROGRAM), "run", str(config)]
    ended = subprocess.run(limited, cwd=collapse.folder, env=environment(), capture_output=True, text=True)
    assert_one_sentence(Outcome(ended.returncode, ended.stdout, ended.stderr), "address space", "`ulimit -v`", code=BAD_INPUT)
    assert contents(collapse.folder) == before


def test_an_error_names_the_line_of_the_config(collapse):
    config = collapse.folder / "sweep.ini"
    config.write_text("# a sweep\n[grid]\nd = 20\nT = 30\nT0 = 60\n\n[simulation]\nreplicates = 1.5  # rather few\n")
    assert_refused(collapse, "plan", config, named=["sweep.ini line 8: simulation.replicates = 1.5"])
    assert_refused(collapse, "plan", config, "--simulation.replicates=2", "--grid.T=1.5", named=["sweep.ini: grid.T = 1.5"])
    assert_refused(collapse, "plan", config, "--simulation.replicates=2", "--grid.n=-1", named=["sweep.ini: grid.n = -1"])


@pytest.mark.parametrize("change, named", [({"grid.alpha": "1", "grid.beta": None, "model.spectrum": "file", "model.spectrum_file": "s.csv", "grid.d": None},
                                            ["grid.alpha is not used with spectrum = file", "coefficients of its own"]),
                                           ({"model.teacher": "random"}, ["grid.alpha is not used with teacher = random (but with power_law)"])], ids=str)
def test_what_is_not_used_is_said_of_the_choice_that_leaves_it_unused(collapse, change, named):
    (collapse.folder / "s.csv").write_text("1, 1\n0.5, 1\n")
    assert_refused(collapse, "plan", collapse.write({**SMALL, **change}), named=named)


def test_the_largest_whole_numbers_are_taken_as_they_are(collapse):
    """The seed has 64 bits; sums of numbers of replicates stay whole."""
    for text, seed in [("1e3", 1000), ("9007199254740993", 2**53 + 1), ("18446744073709551615", 2**64 - 1)]:
        plan = collapse("plan", collapse.write({**SMALL, "simulation.seed": text}), "--json", expect=COMPLETE).json
        assert {"key": "simulation.seed", "value": str(seed), "default": False} in plan["settings"]
    collapse("run", collapse.write({**SMALL, "simulation.replicates": "1e15", "simulation.first_replicate": "1e15"}), "--time-left=0",
             expect=STOPPED)


def test_a_config_that_is_too_large_for_the_memory_is_refused_before_anything_is_made(collapse):
    huge = {**SMALL, "grid.d": "1000000", "grid.T": "1000000", "grid.T0": None, "grid.n": "0"}
    for verb in ["plan", "run"]:
        assert_refused(collapse, verb, collapse.write(huge), named=["TiB", "grid.d"])


@pytest.mark.mpi
@pytest.mark.parametrize("change, named", [BAD_CONFIGS[0], ({"grid.T": "1.5"}, ["grid.T", "1.5"]), ({"grid.d": None}, ["grid.d"])],
                         ids=["unknown key", "T=1.5", "no d"])
def test_two_ranks_complain_once_and_leave_together(collapse, change, named):
    config = collapse.write({**SMALL, **change})
    before = contents(collapse.folder)
    assert_one_sentence(collapse("run", config, ranks=2), *named, launched=True)
    assert contents(collapse.folder) == before


def test_level_and_finite_size_of_check_are_checked(collapse):
    collapse("run", collapse.write(SMALL), expect=0)
    for option, bad in [("--level", "0"), ("--level", "1"), ("--level", "x"), ("--finite-size", "-1"), ("--finite-size", "x")]:
        assert_refused(collapse, "check", "out.h5", f"{option}={bad}", named=[option, bad])
