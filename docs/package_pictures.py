"""Makes the small picture that KLayout's package manager shows, from that of the panel: klayout -z -nc -r docs/package_pictures.py"""

import os

import pya

PICTURES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "pictures")
WIDTH = 560  # pixels: the package manager shows no more, and grain.xml holds it as text

small = pya.QImage(os.path.join(PICTURES, "panel.png")).convertToFormat(pya.QImage.Format_RGB32).scaledToWidth(WIDTH, pya.Qt.SmoothTransformation)
pya.Application.instance().exit(0 if small.save(os.path.join(PICTURES, "package.png"), "PNG", 0) else 1)
