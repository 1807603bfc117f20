"""Fans out a layout in batch: joins its contact points and pads by traces.

`klayout -b -r layouts/fan_out.py -rd input=FILE -rd output=FILE -rd tech=NAME|JSON [-rd width=UM] [-rd space=UM]
[-rd function=fan-out|relocation|addition|reduction] [-rd nets=FILE.csv] [-rd teardrops=1] [-rd necks=1] [-rd match_tolerance=UM]
[-rd via_cost=UM] [-rd level=NAME,NAME] [-rd report=FILE.lyrdb] [-rd topcell=NAME]`

Nets are told by labels, or by a list (postpass/fanout/netlist.py: net,x_um,y_um,width_um,space_um); a name fixes who is joined to
whom, nameless contact points and pads are paired by the function. Exit code 0: all joined, 2: some nets are open (named
with the reason, with markers in the report; the rest is drawn), 1: nothing could be done and no file is written.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pymacros"))

from postpass.fanout.batch import main

sys.exit(main(globals()))
