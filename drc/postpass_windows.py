"""Windows that cover a layout, one a line, for a check in parts (docs/scale.md).

klayout -b -r drc/postpass_windows.py -rd input=F -rd side=UM [-rd topcell=N]
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pymacros"))
from postpass.drc.parts import print_windows

sys.exit(print_windows(globals()))
