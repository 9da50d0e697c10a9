#!/bin/sh
# Installs what building, running and plotting need on Debian 12 or later, as root; with the argument `tests` what the tests need too.
# Without root: README, "On a cluster", lists the same things as modules.
set -eu
packages="cmake ninja-build g++ git libopenmpi-dev openmpi-bin libhdf5-dev libopenblas-dev libeigen3-dev libboost-dev
  libboost-program-options-dev librandom123-dev libfmt-dev nlohmann-json3-dev zlib1g-dev
  python3-h5py python3-h5netcdf python3-xarray python3-matplotlib python3-scipy"
tests="catch2 clang clang-format clang-tidy libclang-rt-dev dataset-fashion-mnist dpkg-dev man-db zsh fish python3-sklearn python3-pytest
  netcdf-bin hdf5-tools slurm-wlm munge iproute2 util-linux procps chromium chromium-driver python3-selenium"
[ "${1:-}" = tests ] && packages="$packages $tests"

missing=$(for package in $packages; do dpkg -s "$package" >/dev/null 2>&1 || echo "$package"; done)
[ -z "$missing" ] && exit 0
[ "$(id -u)" = 0 ] || { echo "install-debian.sh: these packages are missing and only root can install them:" $missing >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null
