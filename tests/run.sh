#!/bin/sh
# All tests from a clean checkout: installs packages (root), looks at the sources, builds, runs the unit tests under the sanitizers (built
# by clang++) and everything in the release build (by the default compiler). Arguments go to ctest: `tests/run.sh -L unit`.
# `tests/run.sh --quick` is what to run first: the program, most of its unit tests, and some calls as a user makes them.
set -eu
cd "$(dirname "$0")/.."
jobs/install-debian.sh tests
[ "$(id -u)" != 0 ] || export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1  # mpirun refuses root otherwise
if [ "${1:-}" = --quick ]; then
    shift
    cmake --preset release -DCOLLAPSE_TESTS=ON
    cmake --build --preset release --target collapse first_tests
    exec ctest --preset release -j "$(nproc)" -L "first|quick" "$@"
fi
tests/lint.sh
cmake --preset release -DCOLLAPSE_TESTS=ON
cmake --build --preset release
cmake --preset sanitize
cmake --build --preset sanitize --target unit_tests
ctest --preset sanitize -j "$(nproc)" "$@"
ctest --preset release -j "$(nproc)" -LE quick "$@"
