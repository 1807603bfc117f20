"""The router's command in KLayout: `-rd case=FILE.json -rd result=FILE.json`."""

import sys

from postpass.messages import guarded
from postpass.routing.__main__ import main

sys.exit(guarded(main, [case, result]))  # noqa: F821 (of the command line)
