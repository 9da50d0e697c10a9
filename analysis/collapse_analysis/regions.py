"""The regions of a regime map: their colours, the names written into them."""

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from scipy.ndimage import distance_transform_edt

from collapse_analysis import style
from collapse_analysis.components import COMPONENTS

# Clean in blues and collapse in oranges, each with its own lightness: told apart by the colour-blind and in grey print.
COLOURS = {"clean_bias": "#d9e8f6", "clean_variance": "#7fb3dc", "collapse_bias": "#fbd99b", "collapse_variance": "#ea9455"}
FLOOR = 1e-9         # of the largest component: what is smaller, zero or negative counts as this


def draw_regimes(panel, plane, quantity, formulas):
    """Coloured and named regions, the names off the lines of `formulas`; returns key entries for those too small for a name."""
    colours, norm = ListedColormap(["white", *COLOURS.values()]), BoundaryNorm(np.arange(len(COLOURS) + 2) - 0.5, len(COLOURS) + 1)
    stored, unnamed = plane.values(quantity.variable), {}
    for rows, y_edges in plane.y.tiles():
        for columns, x_edges in plane.x.tiles():
            if quantity.simulated or len(rows) < 2 or len(columns) < 2:
                tiles = plane.nearest(stored)[np.ix_(rows, columns)]
                panel.pcolormesh(x_edges, y_edges, tiles, cmap=colours, norm=norm, rasterized=True)
            else:
                regime = _regime_between(plane)
                panel.pcolormesh(plane.x.fine, plane.y.fine, regime, cmap=colours, norm=norm, shading="nearest", rasterized=True)
    if not plane.smooth:
        return {name: _patch(name) for flag, name in enumerate(COMPONENTS, start=1) if (stored == flag).any()}
    shown = plane.tiled(stored) if quantity.simulated else _regime_between(plane)
    clear = np.ones_like(shown, bool)
    for _, field in formulas:
        side = field > 0
        clear[:, 1:] &= side[:, 1:] == side[:, :-1]
        clear[1:, :] &= side[1:, :] == side[:-1, :]
    for flag, name in enumerate(COMPONENTS, start=1):
        inside, text = shown == flag, name.replace("_", " ")
        if inside.any() and not any(_write_name(panel, plane, free, text) for free in (inside & clear, inside)):
            unnamed[name] = _patch(name)
    return unnamed


def _patch(name):
    return Patch(facecolor=COLOURS[name], edgecolor=style.INK, linewidth=0.4, label=name.replace("_", " "))


def margins(plane, kind="theory"):
    """By component, the field of log(component / largest other): above 0 where it is the largest."""
    sizes = np.stack([plane.values(f"{kind}_{name}") for name in COMPONENTS])
    infinite = np.isposinf(sizes)  # dominates whatever else there is
    sizes = np.where(infinite.any(axis=0), infinite, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(np.isfinite(sizes).all(axis=0), np.log(np.clip(sizes / sizes.max(axis=0), FLOOR, None)), np.nan)
    fields = np.stack([plane.between(share) for share in shares])
    others = [np.delete(fields, i, axis=0).max(axis=0) for i in range(len(fields))]
    return {name: field - other for name, field, other in zip(COMPONENTS, fields, others)}


def _regime_between(plane):
    fields = np.stack(list(margins(plane).values()))
    return np.where(np.isfinite(fields).all(axis=0), 1 + np.argmax(np.nan_to_num(fields, nan=-np.inf), axis=0), 0)


def _write_name(panel, plane, inside, name):
    """Writes the name where a connected part of the region [FINE x FINE] is widest; False if there is no room."""
    # Across a name needs twice the room that it needs upwards, more on one line: distances in units of panel heights.
    for text, aspect, room, size in ((name, 4.0, 0.045, 8), (name.replace(" ", "\n"), 1.6, 0.06, 7.5)):
        depth = distance_transform_edt(np.pad(inside, 1), sampling=(1 / inside.shape[0], 1 / (aspect * inside.shape[1])))[1:-1, 1:-1]
        row, column = np.unravel_index(depth.argmax(), depth.shape)
        if depth[row, column] >= room:
            written = panel.text(plane.x.fine[column], plane.y.fine[row], text, ha="center", va="center", fontsize=size, linespacing=0.95,
                                 zorder=6, gid=f"region {name}")
            written.set_path_effects([withStroke(linewidth=2.2, foreground=COLOURS[name.replace(" ", "_")])])
            return True
    return False
