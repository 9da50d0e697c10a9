#!/bin/sh
# From a fresh Debian machine to the first figure: installs packages (root), builds, runs jobs/quickstart.ini on two ranks,
# draws quickstart-error-vs-T.png. About three minutes, of which the sweep takes seconds.
set -eu
cd "$(dirname "$0")/.."
jobs/install-debian.sh
cmake --preset release -DCOLLAPSE_TESTS=OFF
cmake --build --preset release
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1  # mpirun refuses root otherwise
mpirun --oversubscribe -n 2 build/collapse run jobs/quickstart.ini
build/collapse check quickstart.h5
build/collapse run jobs/quickstart.ini --output quickstart-theory.h5 --quiet \
  --simulation.replicates 0 --grid.T 'round(geomspace(20, 2000, 201))'
analysis/collapse-analysis error-vs-T quickstart.h5 --theory quickstart-theory.h5
