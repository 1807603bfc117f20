"""Postpass: post-passivation interconnect for KLayout.

The parts depend on each other in one direction only (a test holds it):
tech -> documents, shapes -> drawing -> commands -> panel.
"""
