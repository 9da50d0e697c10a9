#!/bin/sh
# The phase diagrams: runs jobs/map-*.ini and draws their figures and the explorer into a folder, with index.html.
#     analysis/gallery.sh [FOLDER]     (default: gallery; the program: $COLLAPSE or build/collapse; under a core-minute)
# Results that are there already are gone on with, not computed again.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
collapse=${COLLAPSE:-$root/build/collapse}
mkdir -p "${1:-gallery}"
cd "${1:-gallery}"

for name in ell-b beta-r ell-sigma finite; do
  "$collapse" run "$root/jobs/map-$name.ini" --quiet
done
"$collapse" optimum "$root/jobs/map-best-ridge.ini" --over ell --output map-best-ridge.h5 >/dev/null
"$collapse" optimum "$root/jobs/map-best-mix.ini" --over w --output map-best-mix.h5 >/dev/null

# draw NAME FIGURE FILE [OPTIONS...]: NAME.png and NAME.pdf
draw() {
  name=$1 figure=$2 file=$3
  shift 3
  "$root/analysis/collapse-analysis" "$figure" "$file" --output "$name" --dpi 130 "$@"
}
draw map-ell-b map map-ell-b.h5 --panels T
draw map-ell-b-growth map map-ell-b.h5 --of ratio_to_clean --dpi 105
draw map-ell-b-rate map map-ell-b.h5 --of rate_T
draw map-ell-b-components components map-ell-b.h5 --x ell --select n=10 --select T=1e12 --select b=0.8 --select b=1 --select b=1.2 --panels b
draw map-beta-r map map-beta-r.h5 --x beta --y r
draw map-ell-sigma map map-ell-sigma.h5 --x ell --y sigma --panels n
draw map-finite map map-finite.h5 --by sim
draw map-best-ridge map map-best-ridge.h5 --x b --y sigma0
draw map-best-mix map map-best-mix.h5 --x lambda --y sigma0
"$root/analysis/collapse-analysis" exponents map-finite.h5 --select n=0 --select n=10 > map-finite-exponents.txt
"$root/analysis/collapse-analysis" explore map-finite.h5 -o map-finite.html

# The index: every figure under the question that its config asks.
{
  echo '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Phase diagrams</title>'
  echo '<style>body{max-width:60rem;margin:2rem auto;font:16px/1.5 sans-serif}img{max-width:100%}</style><h1>Phase diagrams</h1>'
  for config in "$root"/jobs/map-*.ini; do
    job=$(basename "$config" .ini)
    echo "<h2>$job</h2><p>"
    sed -n '/^# Question:/,/^# Shows:/{/^# Shows:/d;s/^# *\(Question: *\)\{0,1\}//;s/&/\&amp;/g;s/</\&lt;/g;p}' "$config"
    echo '</p>'
    for picture in "$job".png "$job"-*.png; do
      [ ! -e "$picture" ] || echo "<p><a href=\"${picture%.png}.pdf\"><img src=\"$picture\" alt=\"${picture%.png}\"></a></p>"
    done
  done
  echo '<p><a href="map-finite.html">Explorer of map-finite</a>, <a href="map-finite-exponents.txt">its exponents</a></p></html>'
} > index.html
echo "$(pwd)/index.html"
