#!/usr/bin/env bash
# Draws the README's pictures: docs/pictures.sh CHECKOUT BUILD_FOLDER (called by ./run docs --pictures)
set -euo pipefail
root=$1
build=$2
mkdir -p "$build/layouts" "$root/docs/pictures"
export KLAYOUT_HOME=$build/klayout-home QT_QPA_PLATFORM=offscreen
for pair in caravel:wlcsp submicron:postpass two_levels:wlcsp_two_level; do
    name=${pair%%:*}
    klayout -b -r "$root/layouts/$name.py" -rd "output=$build/layouts/$name.gds"
    klayout -z -nc -rd "input=$build/layouts/$name.gds" -rd "tech=${pair##*:}" -rd "png=$root/docs/pictures/$name.png" -r "$root/layouts/picture.py"
done

bash "$root/docs/panel_picture.sh" "$root/docs/pictures/panel.png"

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
# the end of the demo's output, as the README shows it
{
    echo '```'
    { "$root/run" demo || true; } | grep '^==\|^Drew\|^rule\|^VIA\|^UBM\|^NET\|^PAD.S\|^total\|^report\|^layout:\|^picture' |
        sed -e "s#$root/##" -e 's/ in [0-9.]* s$//' -e 's/ *[0-9]*\.[0-9][0-9]$//' -e 's/ *seconds$//'
    echo '```'
} >"$copy/demo.txt"
PYTHONPATH=$root/pymacros python3 - "$root/README.md" "$copy/demo.txt" <<'END'
import sys
from postpass import files
from postpass.documents import with_section
path, section = sys.argv[1:]
text = with_section(open(path, encoding="utf-8").read(), "demo", open(section, encoding="utf-8").read().rstrip())
files.Outputs([files.Output("README", path)], [files.Input("section", section)]).write({"README": (lambda part: files.write_text(part, text), None)})
END
