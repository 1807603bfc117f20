"""Writes a summary as the deck does, and waits in the middle: for a signal that comes while a file is written.

Variables: package (folder pymacros), summary, input.
"""

import os
import sys

sys.path.append(package)  # noqa: F821 (variables of the command line)
from postpass import console, files


def half_then_whole(part):
    files.write_text(part, "half")
    print("writing")
    os.read(0, 1)
    files.write_text(part, "whole")


console.prepare()
outputs = files.Outputs([files.Output("summary", summary, True)], [files.Input("input file", input)])  # noqa: F821
outputs.set_aside()
outputs.write({"summary": (half_then_whole, None)})
print("not reached")
