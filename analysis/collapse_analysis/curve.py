"""One curve of a panel: simulated points over their theoretical line."""

import numpy as np


def draw_curve(axes, cells, x, scale, quantity, colour, curve):
    """One curve: `cells` has more than one value along x alone. Artists carry the gid "theory <curve>" or "simulation <curve>"."""
    cells = cells.sortby(x)
    position = scale.place(cells[x])
    name = curve_name(curve)
    predicted = cells[f"theory_{quantity}"].values.ravel()
    theory = finite(predicted)
    # A line breaks where theory is infinite or unknown, and at places off the scale; a point left alone becomes a dash.
    on_scale = np.isin(position, [scale.zero, scale.infinity], invert=True)
    axes.plot(position[on_scale], theory[on_scale], color=colour, zorder=2, gid=f"theory {name}")
    alone = isolated(np.isfinite(theory) & on_scale) | (np.isfinite(theory) & ~on_scale)
    axes.plot(position[alone], theory[alone], color=colour, linestyle="none", marker="_", markersize=9, zorder=2,
              gid=f"theory dash {name}")
    infinite = position[np.isposinf(predicted)]
    axes.plot(infinite, np.full(len(infinite), 0.97), transform=axes.get_xaxis_transform(), color=colour, linestyle="none",
              marker="^", markersize=3.5, zorder=2, gid=f"theory infinite {name}")

    simulated = finite(cells[f"sim_{quantity}"].values.ravel())
    known = np.isfinite(simulated)
    stderr = f"sim_{quantity}_stderr"
    bars = finite(cells[stderr].values.ravel())[known] if stderr in cells else None
    if known.any():
        points, _, _ = axes.errorbar(position[known], simulated[known], bars, color=colour, linestyle="none", marker="o",
                                     markeredgecolor="white", markeredgewidth=0.4, elinewidth=0.8, zorder=3)
        points.set_gid(f"simulation {name}")


def mark_least(axes, cells, x, scale, quantity, colour, curve):
    """A diamond where the theoretical line is least, unless it is flat."""
    cells = cells.sortby(x)
    theory = finite(cells[f"theory_{quantity}"].values.ravel())
    if np.isfinite(theory).sum() < 2 or np.nanmax(theory) <= np.nanmin(theory) * (1 + 1e-12):
        return
    least = np.nanargmin(theory)
    axes.plot(scale.place(cells[x])[[least]], theory[[least]], color=colour, linestyle="none", marker="D", markersize=6,
              markerfacecolor="none", markeredgewidth=1.0, zorder=4, gid=f"least {curve_name(curve)}")


def curve_name(curve):
    """The value of a curve in the gid of its artists."""
    if curve is None:
        return "all"
    return curve if isinstance(curve, str) else f"{curve:g}"


def finite(values):
    """The values with NaN for infinite ones."""
    return np.where(np.isfinite(values), values, np.nan)


def isolated(present):
    """Where a value is present and both neighbours are not."""
    padded = np.concatenate([[False], present, [False]])
    return present & ~padded[:-2] & ~padded[2:]
