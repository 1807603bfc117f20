"""The design rule check: rules of a technology run on a cell."""
