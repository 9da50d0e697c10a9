#!/bin/sh
# From a fresh Debian machine to the first figure: installs packages (root), builds, runs jobs/quickstart.ini on two ranks,
# draws quickstart-error-vs-T.png. About four minutes, of which the sweep takes seconds.
set -eu
cd "$(dirname "$0")/.."
jobs/install-debian.sh
cmake --preset release -DCOLLAPSE_TESTS=OFF
cmake --build --preset release
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1  # mpirun refuses root otherwise
jobs/run.sh --launch "mpirun --oversubscribe -n 2" jobs/quickstart.ini
build/collapse check quickstart.h5
