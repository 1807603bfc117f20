"""The installed technologies by what they are for: kits have pads, which panel and fan-out draw; public rule sets are checked by alone."""

from postpass import tech

_IS_KIT = {name: tech.load(name).is_kit() for name in sorted(tech.installed())}
KITS = [name for name, is_kit in _IS_KIT.items() if is_kit]
PUBLIC = [name for name, is_kit in _IS_KIT.items() if not is_kit]
