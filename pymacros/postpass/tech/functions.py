"""What a group of nets may perform: how its contact points are paired with its pads (docs/functions.md)."""

FUNCTIONS = ("fan-out", "relocation", "addition", "reduction")
ORDERED = ("fan-out", "relocation")  # one pad for each contact point: both have an order
