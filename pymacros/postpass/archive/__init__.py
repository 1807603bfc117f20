"""A technology as one file that is handed on: `postpass tech export | import`. Pure Python."""
