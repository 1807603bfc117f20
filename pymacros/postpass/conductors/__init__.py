"""From drawn metal to nets: figures, what touches, nets, their names, and the order of declared groups. Needs numpy."""
