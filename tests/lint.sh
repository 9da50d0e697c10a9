#!/bin/sh
# What no compiler says, by clang-format and clang-tidy: the format of all sources, and clang-tidy on those that have changed.
#     tests/lint.sh [COMMIT]     changed since then (default: the parent of the last commit); `--fix` instead formats
set -eu
cd "$(dirname "$0")/.."
git ls-files -z '*.cpp' '*.hpp' > /tmp/lint.$$
trap 'rm -f /tmp/lint.$$' EXIT
if [ "${1:-}" = --fix ]; then exec xargs -0 clang-format -i < /tmp/lint.$$; fi
xargs -0 clang-format --dry-run --Werror < /tmp/lint.$$ || { echo "lint.sh: format it by tests/lint.sh --fix" >&2; exit 1; }
base=${1:-HEAD~1}
if ! git rev-parse -q --verify "$base^{commit}" >/dev/null; then echo "lint.sh: there is no commit $base to compare with"; exit 0; fi
changed=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp')
[ -n "$changed" ] || exit 0
cmake --preset tidy -DCOLLAPSE_TESTS=OFF >/dev/null
# shellcheck disable=SC2086
run-clang-tidy -p build-tidy -quiet $changed 2>/dev/null
