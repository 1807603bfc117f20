"""Puts the package on the path; the product itself adds it in its doorbell macro and in the deck."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "pymacros"))
