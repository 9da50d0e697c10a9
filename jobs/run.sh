#!/bin/sh
# All that a config makes by the list in its head, in one command: sweep, lines, boundaries, figures, into this folder.
#     jobs/run.sh jobs/map-ell-b.ini               (the program: $COLLAPSE, build/collapse, or the one on the path)
#     jobs/run.sh --launch "mpirun -n 8" --folder out jobs/quickstart.ini
# Results that are there already are gone on with, not computed again.
analysis=$(dirname "$0")/../analysis/collapse-analysis
[ -x "$analysis" ] || analysis=collapse-analysis
exec "$analysis" make "$@"
