"""simulation.noise = averaged: the same errors with smaller standard errors, in files of their own kind."""
import h5py
import numpy as np

from complaints import assert_one_sentence
from program import BAD_INPUT, COMPLETE
from sweeps import SMALL

AVERAGED = {**SMALL, "simulation.noise": "averaged"}


def simulated(path):
    with h5py.File(path) as file:
        return {name: file[name][()] for name in ("sim_test_error", "sim_test_error_stderr", "sim_bias", "sim_variance", "sim_generator_error")}


def test_averaged_and_drawn_noise_agree_and_averaged_is_more_precise(collapse):
    """False-alarm rate below 1e-3: 36 cells, of which none may differ by five standard errors."""
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    collapse("run", collapse.write({**AVERAGED, "simulation.seed": "4"}), "--output=averaged.h5", expect=COMPLETE)
    drawn, averaged = simulated(collapse.folder / "out.h5"), simulated(collapse.folder / "averaged.h5")
    difference = averaged["sim_test_error"] - drawn["sim_test_error"]
    errors = np.hypot(averaged["sim_test_error_stderr"], drawn["sim_test_error_stderr"])
    assert np.all(np.abs(difference) < 5 * errors)
    assert np.allclose(averaged["sim_bias"] + averaged["sim_variance"], averaged["sim_test_error"], rtol=1e-13)
    assert np.array_equal(np.isnan(averaged["sim_generator_error"]), np.isnan(drawn["sim_generator_error"]))
    noisy = drawn["sim_variance"] > 0.8 * drawn["sim_test_error"]  # elsewhere the designs make the scatter of the bias
    gain = drawn["sim_test_error_stderr"] / averaged["sim_test_error_stderr"]
    assert np.median(gain[noisy]) > 1.5 and np.all(gain[noisy] > 1) and noisy.sum() > 10
    few_rows = np.zeros_like(noisy)
    few_rows[:, :, 0] = True  # 15 in 20 directions: designs scatter
    assert np.all(gain[noisy & ~few_rows] > 1.5) and (noisy & ~few_rows).sum() > 10


def test_plan_and_provenance_name_the_kind_of_noise(collapse):
    config = collapse.write(AVERAGED)
    assert "noise = averaged" in collapse("plan", config, expect=COMPLETE).stdout
    collapse("run", config, expect=COMPLETE)
    with h5py.File(collapse.folder / "out.h5") as file:
        texts = []
        file["provenance"].visititems(lambda name, thing: texts.extend(str(value) for value in thing.attrs.values()))
        texts += [str(value) for value in file["provenance"].attrs.values()]
        texts += [str(thing[()]) for thing in file["provenance"].values() if isinstance(thing, h5py.Dataset)]
    assert any("noise = averaged" in text for text in texts)


def test_a_file_of_one_kind_is_neither_continued_by_the_other_nor_pooled_with_it(collapse):
    collapse("run", collapse.write(SMALL), expect=COMPLETE)
    outcome = collapse("run", collapse.write({**AVERAGED, "simulation.replicates": "300"}))
    assert_one_sentence(outcome, "simulation.noise", code=BAD_INPUT)
    config = collapse.write({**AVERAGED, "simulation.first_replicate": "200"})
    collapse("run", config, "--output=other.h5", expect=COMPLETE)
    assert_one_sentence(collapse("merge", "both.h5", "out.h5", "other.h5"), "simulation.noise", code=BAD_INPUT)
