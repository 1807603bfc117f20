#!/usr/bin/env bash
# Takes pictures of the panel: docs/panel_picture.sh PICTURE.png [FOLDER]; into the folder those of the window of pad lists and of the tour, as docs/ shows them
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# a copy of the package: KLayout creates empty folders wherever KLAYOUT_PATH points
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$root/pymacros" "$root/docs" "$root/drc" "$root/tech" "$root/layouts" "$copy"
KLAYOUT_HOME=$copy/home KLAYOUT_PATH=$copy QT_QPA_PLATFORM=offscreen klayout -z -e -rd "png=$1" ${2:+-rd "lists=$2/lists.png"} -r "$root/docs/panel_screenshot.py"
if [ $# -gt 1 ]; then
    KLAYOUT_HOME=$copy/tour_home KLAYOUT_PATH=$copy QT_QPA_PLATFORM=offscreen POSTPASS_PICTURES=$copy POSTPASS_TOLD=$copy/told klayout -z -e -r "$root/tests/panel/scenario_tour.py"
    for name in $(grep -o 'tour_[0-9]*.png' "$root/docs/tour.md"); do cp "$copy/$name" "$2"; done
fi
