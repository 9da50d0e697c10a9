#!/bin/sh
# The phase diagrams: what jobs/map-*.ini make, in a folder, with index.html.
#     analysis/gallery.sh [FOLDER]     (default: gallery; the program: $COLLAPSE or build/collapse; under a core-minute)
# Results that are there already are gone on with, not computed again.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
exec "$root/jobs/run.sh" --folder "${1:-gallery}" --index "Phase diagrams" "$root"/jobs/map-*.ini
