"""The installed technologies by what they are for: kits have pads, which panel and fan-out draw; public rule sets are checked by alone."""

from postpass import tech

_PADS = {name: bool(tech.load(name).of_kind("pad")) for name in sorted(tech.installed())}
KITS = [name for name, pads in _PADS.items() if pads]
PUBLIC = [name for name, pads in _PADS.items() if not pads]
