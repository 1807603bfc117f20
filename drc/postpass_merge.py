"""One report and one summary from the parts of a check (docs/scale.md).

klayout -b -r drc/postpass_merge.py -rd parts='FOLDER/*.json' -rd report=F.lyrdb [-rd summary=F.json]

parts: the summaries of the parts, each with its report beside it: the same name, ending in .lyrdb.
Exit code: 0 no error-level violation, 2 violations, 1 the parts do not make a whole.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pymacros"))
from postpass.drc.parts import merge

sys.exit(merge(globals()))
