#!/usr/bin/env bash
# Takes a picture of the panel: docs/panel_picture.sh PICTURE.png
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# a copy of the package: KLayout creates empty folders wherever KLAYOUT_PATH points
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$root/pymacros" "$root/drc" "$root/tech" "$copy"
KLAYOUT_HOME=$copy/home KLAYOUT_PATH=$copy QT_QPA_PLATFORM=offscreen klayout -z -e -rd "png=$1" -r "$root/docs/panel_screenshot.py"
