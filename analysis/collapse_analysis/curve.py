"""One curve of a panel: simulated points over their theoretical line."""

import numpy as np

from collapse_analysis.plane import left_out


ZERO, INFINITE = 0.03, 0.97  # heights of the marks for them, as fractions of the axes
EXACT_DIFFERS = 0.02  # relative: an exact value nearer to the asymptotic one lies on its line
DOTS = (0, (1, 1.3))
DASHES_BESIDE = [(0, (4, 1.6)), (0, (6, 1.5, 1, 1.5)), (0, (2, 1.2))]


def draw_theory(axes, cells, x, scale, quantity, colour, curve, zero=-np.inf):
    """The theoretical line of a curve: `cells` has more than one value along x alone; up to `zero` a value counts as 0 and has a mark
    at the lower edge.

    Artists carry the gid "theory <curve>", "theory dash <curve>", ...
    """
    cells = cells.sortby(x)
    # Lines go on over cells that a refinement left out, and over places that only other files of a comparison have (no status).
    cells = cells.isel({x: np.flatnonzero(~(left_out(cells) | np.isnan(cells["status"].values)).ravel())})
    position = scale.place(cells[x])
    name = curve_name(curve)
    predicted = cells[f"theory_{quantity}"].values.ravel()
    theory = np.where(predicted > zero, finite(predicted), np.nan)
    # A line breaks where theory is infinite or unknown, and at places off the scale; a point left alone becomes a dash.
    on_scale = np.isin(position, [scale.zero, scale.infinity], invert=True)
    axes.plot(position[on_scale], theory[on_scale], color=colour, zorder=2, gid=f"theory {name}")
    alone = isolated(np.isfinite(theory) & on_scale) | (np.isfinite(theory) & ~on_scale)
    axes.plot(position[alone], theory[alone], color=colour, linestyle="none", marker="_", markersize=9, zorder=2,
              gid=f"theory dash {name}")
    _draw_at_edge(axes, position[np.isposinf(predicted)], INFINITE, colour, f"theory infinite {name}", marker="^")
    _draw_at_edge(axes, position[predicted <= zero], ZERO, colour, f"theory zero {name}", marker="v", markersize=6,
                  markerfacecolor="none")


def draw_exact(axes, cells, x, scale, colour, curve, zero=-np.inf):
    """The exact error at finite size, dotted, where the file has one that is not on the line of the asymptotic one; gid "exact <curve>"."""
    if "exact_test_error" not in cells:
        return
    exact, asymptotic = (cells[f"{name}_test_error"].values.ravel() for name in ("exact", "theory"))
    known = np.isfinite(exact) & np.isfinite(asymptotic) & (exact > zero)
    if (np.abs(exact[known] - asymptotic[known]) > EXACT_DIFFERS * exact[known]).any():
        line = cells.assign(theory_exact=cells["exact_test_error"]).isel({x: np.flatnonzero(known)})
        draw_line(axes, line, x, scale, "exact", colour, curve_name(curve), DOTS, zero, "exact")


def draw_line(axes, cells, x, scale, quantity, colour, name, dashes, zero=-np.inf, kind="beside"):
    """A line of theory that is not the curve's own, where it is finite; gid "<kind> <name>"."""
    cells = cells.sortby(x)
    values, places = cells[f"theory_{quantity}"].values.ravel(), scale.place(cells[x])
    axes.plot(places, np.where(np.isfinite(values) & (values > zero), values, np.nan), color=colour, linestyle=dashes, linewidth=0.9,
              zorder=1.9, gid=f"{kind} {name}")


def draw_simulation(axes, cells, x, scale, quantity, colour, curve, zero=-np.inf):
    """The simulated points of a curve with their standard errors, likewise; gid "simulation <curve>"."""
    position = scale.place(cells[x])
    name = curve_name(curve)
    simulated = finite(cells[f"sim_{quantity}"].values.ravel())
    _draw_at_edge(axes, position[simulated <= zero], ZERO, colour, f"simulation zero {name}", marker="v")
    known = simulated > zero
    stderr = f"sim_{quantity}_stderr"
    bars = finite(cells[stderr].values.ravel())[known] if stderr in cells else None
    if known.any():
        points, _, _ = axes.errorbar(position[known], simulated[known], bars, color=colour, linestyle="none", marker="o",
                                     markeredgecolor="white", markeredgewidth=0.4, elinewidth=0.8, zorder=3)
        points.set_gid(f"simulation {name}")


def _draw_at_edge(axes, positions, height, colour, gid, **look):
    """Marks at a height that is a fraction of the axes."""
    if len(positions) > 0:
        axes.plot(positions, np.full(len(positions), height), transform=axes.get_xaxis_transform(), color=colour, linestyle="none",
                  zorder=3, gid=gid, **look)


def mark_least(axes, cells, x, scale, quantity, colour, curve, zero=-np.inf):
    """A diamond where the theoretical line is least, unless it is flat or 0 there, which has a mark already."""
    cells = cells.sortby(x)
    theory = finite(cells[f"theory_{quantity}"].values.ravel())
    if np.isfinite(theory).sum() < 2 or np.nanmax(theory) <= np.nanmin(theory) * (1 + 1e-12) or np.nanmin(theory) <= zero:
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
