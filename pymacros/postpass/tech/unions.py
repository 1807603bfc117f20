"""What unions of layers consist of. Unions may hold unions; each is resolved once, however often it is named."""


class UnionCircle(ValueError):
    """A union that contains itself; args[0]: its name."""


def parts_of(layers):
    """{name: [names of the drawn layers it consists of, in order]} of {name: layer record}. Raises UnionCircle."""
    found = {}
    for name in layers:
        under_way = {} if name in found else {name: _members(layers, name)}
        while under_way:
            last = next(reversed(under_way))
            member = next((member for member in under_way[last] if member not in found), None)
            if member is None:
                found[last] = _leaves(layers, last, found)
                del under_way[last]
            elif member in under_way:
                raise UnionCircle(member)
            else:
                under_way[member] = _members(layers, member)
    return found


def _members(layers, name):
    return iter(layers[name].get("union", ()))


def _leaves(layers, name, found):
    if "union" not in layers[name]:
        return [name]
    leaves = {}  # a dict keeps the order of its first entries
    for member in layers[name]["union"]:
        leaves.update(dict.fromkeys(found[member]))
    return list(leaves)
