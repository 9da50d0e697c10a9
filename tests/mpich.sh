#!/bin/sh
# Builds with MPICH (Debian: apt-get install mpich libmpich-dev) into build-mpich, runs a sweep on three ranks, stops and resumes it, and
# compares with Open MPI's program (COLLAPSE, default build/collapse), bit for bit. Arguments go to cmake.
set -eu
cd "$(dirname "$0")/.."
command -v mpicxx.mpich >/dev/null || { echo "mpich.sh: MPICH is not installed; apt-get install mpich libmpich-dev" >&2; exit 1; }
ours=$(realpath "${COLLAPSE:-build/collapse}")
cmake --preset release -B build-mpich -DCOLLAPSE_TESTS=OFF -DMPI_CXX_COMPILER=/usr/bin/mpicxx.mpich \
    -DMPIEXEC_EXECUTABLE=/usr/bin/mpirun.mpich "$@"
cmake --build build-mpich --target collapse
mpich=$PWD/build-mpich/collapse
"$mpich" --version | grep -i mpich

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
tests=$PWD/tests/system
cd "$folder"
PYTHONPATH=$tests /usr/bin/python3 -c 'import program, sweeps; open("sweep.ini", "w").write(program.config_text(sweeps.SHORT))'
"$ours" run sweep.ini --output=open-mpi.h5 --quiet
mpirun.mpich -n 3 "$mpich" run sweep.ini --output=mpich.h5 --time-left=0:01 || [ $? = 75 ]  # what is left is up to the machine
status=0
mpirun.mpich -n 3 "$mpich" run sweep.ini --output=endless.h5 --simulation.replicates=5000000 --time-left=0:01 || status=$?
[ $status = 75 ] || { echo "mpich.sh: an endless run should stop with status 75, not $status" >&2; exit 1; }
mpirun.mpich -n 3 "$mpich" run sweep.ini --output=mpich.h5
PYTHONPATH=$tests /usr/bin/python3 -c '
import sys, results
builds = results.VOLATILE_ATTRIBUTES | {"git_sha1"}  # of programs, which may have been built at different times
different = results.differences("open-mpi.h5", "mpich.h5", skipped_attributes=builds)
print("MPICH and Open MPI agree bit for bit" if not different else f"they differ in {different}")
sys.exit(bool(different))'
