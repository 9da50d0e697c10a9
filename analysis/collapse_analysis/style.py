"""One look for every figure: journal column widths [inch], embedded fonts, colours that survive grey print and colour blindness."""

import matplotlib
import numpy as np
from matplotlib.colors import ListedColormap

SINGLE_COLUMN = 3.4
DOUBLE_COLUMN = 7.0
INK = "0.15"
FAINT = "0.55"

RC = {
    "font.family": "STIXGeneral",
    "font.size": 9,
    "mathtext.fontset": "stix",
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.fontsize": 8,
    "legend.title_fontsize": 8.5,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.labelspacing": 0.35,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.4,
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "collapse",
    "hatch.linewidth": 0.35,
    "savefig.dpi": 300,
}


def context():
    """The context manager in which figures are drawn and saved."""
    return matplotlib.rc_context(RC)


def sequential(count):
    """`count` colours [count x 4] from dark to light for an ordered axis; the palest end, unreadable on paper, is left out."""
    return matplotlib.colormaps["viridis"](np.linspace(0.05, 0.85, count) if count > 1 else [0.25])


def sequential_map(count):
    """The same colours as a colour map."""
    return ListedColormap(sequential(count))
