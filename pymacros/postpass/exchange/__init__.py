"""Pad lists, bump maps and net lists of other tools: read, written, converted and compared with a drawing."""
