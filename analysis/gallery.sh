#!/bin/sh
# Phase diagrams, chains and remedies: what these configs in jobs/ make, in a folder, with index.html.
#     analysis/gallery.sh [FOLDER]     (default: gallery; the program: $COLLAPSE or build/collapse; three core-minutes)
# Results that are there already are gone on with, not computed again.
set -eu
mkdir -p "${1:-gallery}"
folder=$(cd "${1:-gallery}" && pwd)
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root/jobs"
exec ./run.sh --folder "$folder" --index "Model collapse" map-*.ini accumulate-ridge.ini distill-share.ini mixture-quality.ini \
    student-teacher.ini chain-*.ini remedies-replace.ini
