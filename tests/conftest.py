"""Puts the package on the path; the product itself adds it in its doorbell macro and in the deck."""

import os
import signal
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pymacros"))

# Jobs in the background are started with these ignored, and so would be the programs under test, which are sent them.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda number, frame: None)  # ignored here, but not in what is started
