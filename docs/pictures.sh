#!/usr/bin/env bash
# Draws the README's pictures: docs/pictures.sh CHECKOUT BUILD_FOLDER (called by ./run docs --pictures)
set -euo pipefail
root=$1
build=$2
mkdir -p "$build/layouts" "$root/docs/pictures"
export KLAYOUT_HOME=$build/klayout-home QT_QPA_PLATFORM=offscreen
for pair in caravel:wlcsp submicron:postpass; do
    name=${pair%%:*}
    klayout -b -r "$root/layouts/$name.py" -rd "output=$build/layouts/$name.gds"
    klayout -z -nc -rd "input=$build/layouts/$name.gds" -rd "tech=${pair##*:}" -rd "png=$root/docs/pictures/$name.png" -r "$root/layouts/picture.py"
done
