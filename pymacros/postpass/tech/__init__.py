"""The technology: one JSON file of films, layers and rules, and what it answers.

Pure Python (no KLayout, no numpy), so that the panel, the deck, scripts and tests share it.
"""

from .answers import SizeInterval, Technology, Verdict
from .kinds import KINDS, PAD_FUNCTIONS
from .loader import TechnologyError, installed, load, technology_folder
from .belonging import owners

__all__ = ["KINDS", "PAD_FUNCTIONS", "SizeInterval", "Technology", "TechnologyError", "Verdict", "installed", "load", "owners", "technology_folder"]
