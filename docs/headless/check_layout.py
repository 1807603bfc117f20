"""python check_layout.py LAYOUT TECHNOLOGY: the deck from Python, with what it found at hand."""

import sys

import postpass

try:
    report = postpass.check(sys.argv[1], sys.argv[2])
except postpass.Refusal as refusal:  # one sentence: no such file, an unknown technology, ...
    sys.exit("ERROR: %s" % refusal)
print(report)  # a line for each violated rule
for result in report.results:
    for finding in result.findings:
        print(result.rule["id"], finding.text)
report.database().save(sys.argv[1] + ".lyrdb")  # the markers, for KLayout's marker browser
sys.exit(2 if report.errors else 0)
