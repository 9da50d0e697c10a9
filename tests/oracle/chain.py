"""The equations of src/theory/THEORY.md, section 8, slowly and plainly: one system of all entries, no order, no care for digits.
    chain.py SEED COUNT FILE     writes random chains with bias and variance of every fit (tests/data/chain_cases.json: 2026 120)
    chain.py FILE                compares the file with what is computed now
"""
import json
import sys

import numpy as np


def predict(s, w0, ridge, blocks, delta=()):
    """Bias and variance [N] of every fit. s, w0 [d]; ridge [N]; blocks: T, a [N], p [N], C [N x N], c [N x F], noise [N x N], s [d]."""
    N, I, d = len(ridge), np.eye(len(ridge)), len(s)
    fixed = np.stack([w0, *delta])
    spectra = [s]
    for b in blocks:
        match = [g for g, other in enumerate(spectra) if np.array_equal(other, b["s"])]
        b["g"] = match[0] if match else len(spectra)
        if not match:
            spectra.append(b["s"])
    S = np.array(spectra)
    groups = len(S)
    rows = [sum(b["T"] * b["p"][t] for b in blocks if b["a"][t] > 0) for t in range(N)]
    c = np.array([l if l > 0 else float(r > d) for l, r in zip(ridge, rows)])
    unit = np.array([float(l > 0 or r < d) for l, r in zip(ridge, rows)])

    def own_response(t):
        def image(logs):
            M = sum(b["T"] * b["p"][t] * b["s"] * b["a"][t] / (c[t] + b["a"][t] * np.exp(logs[b["g"]])) for b in blocks if b["a"][t] > 0)
            return np.log(np.sum(S / (unit[t] + M), axis=1))
        y = np.zeros(groups)
        for _ in range(200):
            y = image(y)
        for _ in range(60):
            f = image(y) - y
            J = np.stack([(image(y + h) - image(y - h)) / 2e-6 for h in 1e-6 * np.eye(groups)], 1) - np.eye(groups)
            step = np.linalg.solve(J, -f)
            y = y + step / max(1.0, np.max(np.abs(step)) / 2)
            if np.max(np.abs(step)) < 1e-15:
                break
        return np.exp(y)

    def pull(b, t, chi):
        return b["a"][t] / (c[t] + b["a"][t] * chi[b["g"], t, t]) if b["a"][t] > 0 else 0.0

    def mean_K(b, chi):
        G, K = (I - b["C"]) @ chi[b["g"]], np.zeros((N, N))
        for t in range(N):
            K[t] = b["p"][t] * pull(b, t, chi) * (I[t] - G[t, :t] @ K[:t])
        return K

    def responses(chi):
        M = sum(b["T"] * b["s"][:, None, None] * (mean_K(b, chi) @ (I - b["C"])) for b in blocks)
        return np.linalg.inv(np.diag(unit) + M)

    chi = np.zeros((groups, N, N))
    for t in range(N):
        chi[:, t, t] = own_response(t)
    for k in range(1, N):  # a diagonal at a time: entries depend affinely on themselves and on those nearer to the main one
        where = [(t, t - k) for t in range(k, N)]

        def image(v):
            trial = chi.copy()
            for i, (t, u) in enumerate(where):
                trial[:, t, u] = v[:, i]
            full = np.einsum("gj,jab->gab", S, responses(trial))
            return np.array([[full[g, t, u] for t, u in where] for g in range(groups)])
        zero = image(np.zeros((groups, N - k)))
        slope = np.stack([image(np.outer(h, np.ones(N - k))) - zero for h in np.eye(groups)])
        for i, (t, u) in enumerate(where):
            chi[:, t, u] = np.linalg.solve(np.eye(groups) - slope[:, :, i].T, zero[:, i])
    R = responses(chi)

    for b in blocks:  # the truth has no share of its own in the labels of errors
        b["c0"] = np.hstack([np.zeros((N, 1)), b["c"]])
    push = -unit[None, :, None] * np.eye(1, len(fixed))[None] + sum(b["T"] * b["s"][:, None, None] * (mean_K(b, chi) @ b["c0"]) for b in blocks)
    mean = R @ push
    second = np.einsum("fj,gj->jfg", fixed, fixed)
    Qm = np.einsum("gj,jaf,jfh,jbh->gab", S, mean, second, mean)
    Qf = np.einsum("gj,jaf,jfh->gah", S, mean, second)
    Qd = np.einsum("gj,jfh->gfh", S, second)
    RR = np.einsum("gj,hj,jab,jcd->ghacbd", S, S, R, R)

    def over_rows(b, Y):  # E[K Y K'] over which rows take part: z ~ Y, e_t = k_t (z_t - sum_r G_tr e_r)
        G, E, ZE = (I - b["C"]) @ chi[b["g"]], np.zeros((N, N)), np.zeros((N, N))
        for t in range(N):
            k, p = pull(b, t, chi), b["p"][t]
            ZE[:, t] = p * k * (Y[:, t] - ZE[:, :t] @ G[t, :t])
            for u in range(t):
                E[t, u] = E[u, t] = p * k * (ZE[t, u] - G[t, :t] @ E[:t, u])
            E[t, t] = p * k * k * (Y[t, t] - 2 * G[t, :t] @ ZE[t, :t] + G[t, :t] @ E[:t, :t] @ G[t, :t])
        return E

    def D_of(Q, cross, quad, on):
        D = np.zeros((groups, N, N))
        for b in blocks:
            B, g, own = b["C"] - I, b["g"], b["c0"]
            mixed = B @ cross[g] @ own.T
            D[g] += b["T"] * over_rows(b, B @ Q[g] @ B.T + mixed + mixed.T + own @ quad[g] @ own.T + on * b["noise"])
        return D

    def solution(Q, cross, quad, on):
        spread = lambda D: np.einsum("ghacbd,hbd->gac", RR, D)
        start, size = D_of(Q, cross, quad, on), groups * N * N
        columns = [D_of(spread(e.reshape(groups, N, N)), 0 * cross, 0 * quad, 0).ravel() for e in np.eye(size)]
        return spread(np.linalg.solve(np.eye(size) - np.array(columns).T, start.ravel()).reshape(groups, N, N))[0]

    return np.diag(Qm[0] + solution(Qm, Qf, Qd, 0)), np.diag(solution(0 * Qm, 0 * Qf, 0 * Qd, 1))


def random_chain(rng):
    d, N, F = int(rng.integers(30, 90)), int(rng.integers(1, 6)), int(rng.integers(0, 2))
    beta, alpha = round(rng.uniform(0, 2), 2), round(rng.uniform(-0.5, 2), 2)
    ridge = [0.0 if rng.random() < 0.25 else float(10 ** rng.uniform(-3, 0)) for _ in range(N)]
    blocks = []
    for _ in range(int(rng.integers(1, N + 2))):
        first = int(rng.integers(0, N))
        used = [t for t in range(first, N) if t == first or rng.random() < 0.6]
        T, a, p, c, C, noise = int(rng.integers(8, 120)), [0.0] * N, [1.0] * N, [[0.0] * F for _ in range(N)], [], []
        once, relabel = rng.random() < 0.5, rng.random() < 0.5
        share, source = round(rng.uniform(-0.3, 1.3), 3), int(rng.integers(0, first)) if first else None
        size = rng.uniform(0, 0.6)
        for t in used:
            a[t] = round(rng.uniform(0.2, 1.5), 3) / T
            if rng.random() < 0.25:
                p[t] = round(rng.uniform(0.3, 1), 2)
            model = (t - 1 if t else None) if relabel else source
            if model is not None:
                C.append([t, model, share])
            if F and rng.random() < 0.4:
                c[t][0] = round(rng.uniform(-1, 1), 2)
            noise += [[t, u, size ** 2] for u in used if once or t == u]
        block = dict(T=T, a=a, p=p, C=C, c=c, noise=noise)
        if rng.random() < 0.2:
            block["shift"] = [round(rng.uniform(0.3, 2), 2), round(rng.uniform(0, 2), 2)]
        blocks.append(block)
    for t in range(N):
        if not any(b["a"][t] > 0 for b in blocks):
            blocks[0]["a"][t] = 1 / blocks[0]["T"]
    return dict(d=d, alpha=alpha, beta=beta, ridge=ridge, delta=[round(rng.uniform(0.1, 0.5), 2)] * F, blocks=blocks)


def errors_of(case):
    """delta: amplitude of x cos(1 + 3 j); shift: [scale, beta] of a block's own spectrum; C, noise: entries [t, u, value]."""
    j, N, delta = np.arange(1, case["d"] + 1.0), len(case["ridge"]), case.get("delta", [])
    s, w0 = j ** -case["beta"], j ** (-case["alpha"] / 2)
    w0 /= np.sqrt(np.sum(s * w0 * w0))

    def dense(entries):
        full = np.zeros((N, N))
        for t, u, value in entries:
            full[t, u] = value
        return full
    blocks = [dict(T=b["T"], a=b["a"], p=b.get("p", [1.0] * N), C=dense(b["C"]), noise=dense(b["noise"]),
                   c=np.reshape(b.get("c", np.zeros((N, len(delta)))), (N, len(delta))),
                   s=b["shift"][0] * j ** -b["shift"][1] if "shift" in b else s) for b in case["blocks"]]
    return predict(s, w0, case["ridge"], blocks, [x * np.cos(1 + 3 * j) for x in delta])


def predicted_chains(seed, count):
    rng = np.random.default_rng(seed)
    while count > 0:
        case = random_chain(rng)
        bias, variance = errors_of(case)
        if np.all(np.isfinite(bias + variance)) and np.max(bias + variance) < 1e3 and np.min(variance) > -1e-9:
            count -= 1
            yield dict(case, bias=bias.tolist(), variance=variance.tolist())


if __name__ == "__main__":
    if len(sys.argv) == 2:
        cases, worst = json.load(open(sys.argv[1])), 0
        for case in cases:
            bias, variance = errors_of(case)
            total = np.add(case["bias"], case["variance"])
            total = np.where(total > 1e-8, total, np.inf)  # a zero has no digits here
            worst = max(worst, np.max(np.abs(bias - case["bias"]) / total), np.max(np.abs(variance - case["variance"]) / total))
        print(len(cases), "chains, largest difference of the test error", worst)
        sys.exit(int(worst > 1e-9))
    cases = predicted_chains(int(sys.argv[1]), int(sys.argv[2]))
    with open(sys.argv[3], "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
