"""The regions of a regime map: their colours, the names written into them."""

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke
from scipy.ndimage import distance_transform_edt, minimum_filter

from collapse_analysis import style
from collapse_analysis.components import COMPONENTS

# Clean in blues and collapse in oranges, each with its own lightness: told apart by the colour-blind and in grey print.
COLOURS = {"clean_bias": "#d9e8f6", "clean_variance": "#7fb3dc", "collapse_bias": "#fbd99b", "collapse_variance": "#ea9455"}
SHARE_OF_LAYOUT = 0.8  # what legends and titles leave of a panel, about
FLOOR = 1e-9         # of the largest component: what is smaller, zero or negative counts as this


def draw_regimes(panel, plane, quantity, lines):
    """Coloured and named regions, the names off the `lines`, where these fields are 0; returns key entries for those too small for a name."""
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
    for field in lines:
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


def shares_between(plane, kind="theory"):
    """Fields [4 x FINE x FINE] of log(component / largest), in the order of COMPONENTS."""
    sizes = np.stack([plane.values(f"{kind}_{name}") for name in COMPONENTS])
    infinite = np.isposinf(sizes)  # dominates whatever else there is
    sizes = np.where(infinite.any(axis=0), infinite, sizes)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(np.isfinite(sizes).all(axis=0), np.log(np.clip(sizes / sizes.max(axis=0), FLOOR, None)), np.nan)
    return np.stack([plane.between(share) for share in shares])


def _regime_between(plane):
    fields = shares_between(plane)
    return np.where(np.isfinite(fields).all(axis=0), 1 + np.argmax(np.nan_to_num(fields, nan=-np.inf), axis=0), 0)


def size_of(panel):
    """Width and height of a panel in inches, about: the layout is not made yet."""
    return SHARE_OF_LAYOUT * panel.get_position().size * panel.figure.get_size_inches()


def _write_name(panel, plane, inside, name):
    """Writes the name where a part of the region [FINE x FINE] with room for it is widest; False if there is no room."""
    width, height = 72 * size_of(panel)  # in points
    for text, size in ((name, 8), (name.replace(" ", "\n"), 7.5)):
        lines = text.split("\n")
        room = (0.95 * size * len(lines) + 6) / height, (0.43 * size * max(map(len, lines)) + 8) / width
        cells = [max(1, round(share * count)) for share, count in zip(room, inside.shape)]
        fits = minimum_filter(inside, size=cells, mode="constant", cval=False)
        if fits.any():
            depth = np.where(fits, distance_transform_edt(np.pad(inside, 1), sampling=(1, room[0] / room[1]))[1:-1, 1:-1], 0)
            row, column = np.unravel_index(depth.argmax(), depth.shape)
            written = panel.text(plane.x.fine[column], plane.y.fine[row], text, ha="center", va="center", fontsize=size, linespacing=0.95,
                                 zorder=6, gid=f"region {name}")
            written.set_path_effects([withStroke(linewidth=2.2, foreground=COLOURS[name.replace(" ", "_")])])
            return True
    return False
