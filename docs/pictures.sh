#!/usr/bin/env bash
# Draws the README's pictures: docs/pictures.sh CHECKOUT BUILD_FOLDER (called by ./run docs --pictures)
set -euo pipefail
root=$1
build=$2
pictures=$root/docs/pictures
mkdir -p "$build/layouts" "$pictures"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

"$root/run" demo >"$copy/demo.out" || [ $? -eq 2 ] # violations belong to the demo
cp "$build/layouts/caravel.png" "$build/layouts/submicron.png" "$pictures"

export KLAYOUT_HOME=$build/klayout-home QT_QPA_PLATFORM=offscreen
klayout -b -r "$root/layouts/two_levels.py" -rd "output=$build/layouts/two_levels.gds"
klayout -z -nc -rd "input=$build/layouts/two_levels.gds" -rd tech=wlcsp_two_level -rd "png=$pictures/two_levels.png" -r "$root/layouts/picture.py"
bash "$root/docs/panel_picture.sh" "$pictures/panel.png" "$pictures"
klayout -z -nc -r "$root/docs/package_pictures.py"
"$root/run" tech section wlcsp_two_level --svg "$pictures/section.svg"

# the end of the demo's output, as the README shows it
{
    echo '```'
    grep '^==\|^Drew\|^total\|^report\|^layout:\|^picture' "$copy/demo.out" |
        sed -e "s#$root/##" -e 's/ in [0-9.]* s$//'
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
"$root/run" docs # grain.xml holds the picture for the package manager
