"""Kernel values and kernel ridge solutions of scikit-learn for tests/data/kernel_cases.json: `python3 tests/oracle/kernels.py > ...`."""
import json

import numpy
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import pairwise_kernels

KERNELS = {
    "linear": ("linear", {}),
    "polynomial": ("polynomial", {"gamma": 0.7, "degree": 4, "c0": 0.5}),
    "rbf": ("rbf", {"gamma": 0.5}),
    "laplace": ("laplacian", {"gamma": 0.2}),
}
RIDGES = [1e-3, 0.1, 3]
SEED = 11


def case(name, generator):
    theirs, options = KERNELS[name]
    given = {"coef0" if key == "c0" else key: value for key, value in options.items()}
    rows, others = generator.normal(size=(12, 5)), generator.normal(size=(4, 5))
    labels, weights = generator.normal(size=(12, 2)), generator.uniform(0.5, 2, 12)
    values = pairwise_kernels(rows, others, metric=theirs, **given)
    predictions = []
    for ridge in RIDGES:  # scikit-learn leaves the targets' mean in, as this program does
        model = KernelRidge(alpha=ridge, kernel=theirs, gamma=options.get("gamma"), degree=options.get("degree", 3),
                            coef0=options.get("c0", 1)).fit(rows, labels, sample_weight=weights)
        predictions.append(model.predict(others).tolist())
    return {"kernel": name, "options": {key: str(value) for key, value in options.items()}, "rows": rows.tolist(), "others": others.tolist(),
            "labels": labels.tolist(), "weights": weights.tolist(), "ridges": RIDGES, "values": values.tolist(), "predictions": predictions}


if __name__ == "__main__":
    numbers = numpy.random.default_rng(SEED)
    print("[" + ",\n".join(json.dumps(case(name, numbers)) for name in KERNELS) + "]")
