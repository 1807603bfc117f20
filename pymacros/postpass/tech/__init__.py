"""The technology: one JSON file of films, layers and rules, and what it answers.

Pure Python (no KLayout, no numpy), so that the panel, the deck, scripts and tests share it.
"""

from .answers import SizeInterval, Technology, Verdict
from .belonging import Signs, others, signs
from .kinds import KINDS, MINIMUM, PAD_FUNCTIONS
from .loader import TechnologyError, installed, load
from .places import technology_folder

__all__ = ["KINDS", "MINIMUM", "PAD_FUNCTIONS", "Signs", "SizeInterval", "Technology", "TechnologyError", "Verdict", "installed", "load", "others", "signs",
           "technology_folder"]
