#!/bin/sh
# What no compiler says, by clang-format and clang-tidy: the format of all sources, and clang-tidy on those that have changed.
#     tests/lint.sh [COMMIT]     changed since then (default: the parent of the last commit); `--fix` instead formats
# Both are those of Debian 12: what another version finds, it says, and it is no failure.
set -eu
cd "$(dirname "$0")/.."
ours=14
version() { "$1" --version | sed -n 's/.*version \([0-9]*\).*/\1/p' | head -n 1; }
failed() { [ "$(version "$1")" != "$ours" ] || exit 1; echo "lint.sh: no failure: this is $1 $(version "$1"), the sources are held to $ours" >&2; }

list=$(mktemp)
trap 'rm -f "$list"' EXIT
git ls-files -z '*.cpp' '*.hpp' > "$list"
if [ "${1:-}" = --fix ]; then xargs -0 clang-format -i < "$list"; exit; fi
if ! xargs -0 clang-format --dry-run --Werror < "$list"; then
    echo "lint.sh: format it by tests/lint.sh --fix" >&2
    failed clang-format
fi

base=${1:-HEAD~1}
if ! git rev-parse -q --verify "$base^{commit}" >/dev/null; then echo "lint.sh: there is no commit $base to compare with"; exit 0; fi
most=24  # of them: half a minute of a core each
changed=$(git diff --name-only --diff-filter=d "$base" -- 'src/*.cpp')
[ -n "$changed" ] || exit 0
count=$(echo "$changed" | wc -l)
[ "$count" -le "$most" ] || echo "lint.sh: clang-tidy looks at $most of the $count sources that have changed"
changed=$(echo "$changed" | head -n "$most")
cmake --preset tidy -DCOLLAPSE_TESTS=OFF >/dev/null
# shellcheck disable=SC2086
run-clang-tidy -p build-tidy -quiet $changed 2>/dev/null || failed clang-tidy
