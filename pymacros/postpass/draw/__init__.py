"""What commands draw: choices and hints on them, shapes, pads, vias, traces, pad lists."""
