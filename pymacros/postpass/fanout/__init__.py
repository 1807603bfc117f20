"""The fan-out: which contact points and pads become nets, and the traces that join them. The command: command.py; in batch: batch.py."""
