#!/bin/sh
# All tests from a clean checkout: installs packages (root), builds, runs the unit tests under the sanitizers and everything in the
# release build. Arguments go to ctest: `tests/run.sh -L unit`.
set -eu
cd "$(dirname "$0")/.."
jobs/install-debian.sh tests
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1  # mpirun refuses root otherwise
cmake --preset release -DCOLLAPSE_TESTS=ON
cmake --build --preset release
cmake --preset sanitize
cmake --build --preset sanitize --target unit_tests
ctest --preset sanitize "$@"
ctest --preset release "$@"
