"""Seeded changes of JSON records and CSV lists: odd values, missing and repeated keys, unlikely numbers, broken text."""

import copy
import json
import random

#: written as such into the file, which no serialiser would do
RAW = {"RAW_NAN": "NaN", "RAW_MINUS_INFINITY": "-Infinity", "RAW_LARGE": "1e400", "RAW_DIGITS": "7" * 5000, "RAW_TINY": "1e-400", "RAW_NOTHING": "", "RAW_DEEP": "[" * 3000 + "]" * 3000}
ODD_VALUES = [0, -0.0, -1, 1, 2, 1e-9, 1e-4, 0.0005, 3.3333333, 1e5, 5e6, 1e9, 1e300, 10 ** 29, 2 ** 31, 65536, True, False, None, "", [], {}, [0], [0, 0], [[1]], {"a": 1},
              "a", "rdl", "metal", "die", "x" * 5000, "a\nb", "\x00", "\ud800", "µ", "\u202e", "1", " "] + list(RAW)


def places(value, above=()):
    """Every place in a record: [(key, key, ...)]."""
    found = [above] if above else []
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        found += places(one, above + (key,))
    return found


def at(value, place):
    for key in place:
        value = value[key]
    return value


def _odd_value(rng, holder, key):
    holder[key] = rng.choice(ODD_VALUES)


def _scaled(rng, holder, key):
    if isinstance(holder[key], (int, float)) and not isinstance(holder[key], bool):
        holder[key] = rng.choice([holder[key] * 10 ** rng.uniform(-4, 4), holder[key] + rng.choice([-1, 1]) * 0.001, -holder[key], float(holder[key])])
    else:
        _odd_value(rng, holder, key)


def _gone(rng, holder, key):
    del holder[key]


def _doubled(rng, holder, key):
    if isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder["TWIN_" + key] = copy.deepcopy(holder[key])


def _strange_key(rng, holder, key):
    if isinstance(holder, dict):
        holder[rng.choice(["x", "", "a\nb", "\ud800", key.upper() + "_"])] = holder.pop(key)
    else:
        rng.shuffle(holder)


def _elsewhere(rng, holder, key):
    """The value of another place."""
    if isinstance(holder, dict):
        holder[key] = copy.deepcopy(rng.choice(list(holder.values())))
    else:
        holder[key] = copy.deepcopy(rng.choice(holder))


CHANGES = [_odd_value, _odd_value, _scaled, _scaled, _scaled, _gone, _doubled, _strange_key, _elsewhere, _elsewhere]


def changed(rng, record, count):
    """A copy of a record with so many changes."""
    record = copy.deepcopy(record)
    for _ in range(count):
        place = rng.choice(places(record) or [()])
        if place:
            rng.choice(CHANGES)(rng, at(record, place[:-1]), place[-1])
    return record


def text_of(record):
    """The record as JSON text, with raw values and keys that repeat put in."""
    text = json.dumps(record)
    for word, raw in RAW.items():
        text = text.replace('"%s"' % word, raw)
    return text.replace('"TWIN_', '"')


def with_unions(rng, record):
    """Nested unions, each naming the one before several times; now and then in a circle."""
    count, members = rng.choice([(32, 2), (300, 3), (5, 1)])
    unions = [{"name": "u%d" % k, "title": "u", "union": ["u%d" % (k - 1)] * members if k else ["metal"]} for k in range(count)]
    if rng.random() < 0.3:
        unions[0]["union"] = ["u%d" % rng.randrange(count)]
    return dict(record, layers=record["layers"] + unions)


def technology(seed, base):
    """Text of a technology file."""
    rng = random.Random("technology %s" % seed)
    record = with_unions(rng, base) if rng.random() < 0.05 else base
    record = changed(rng, record, rng.choice([1, 1, 2])) if rng.random() < 0.5 else _other_numbers(rng, record)
    return text_of(record)


def _other_numbers(rng, record):
    """A technology with other limits, mostly possible ones."""
    record = copy.deepcopy(record)
    for _ in range(rng.randint(1, 4)):
        rule = rng.choice(record["rules"])
        for key in [key for key in rule if isinstance(rule[key], (int, float)) and not key.endswith("_deg")]:
            rule[key] = rng.choice([0.0001, 0.001, 0.005, 0.0333, 1, rule[key] * 10, rule[key] * 100, 99999, 100000, rule[key] + 0.0005])
    return record


FIELDS = ["", "0", "-0", "nan", "inf", "1e400", "1e6", "-1000001", "1_000", "0x10", "7" * 900, "x" * 200000, "a\0b", '"', '"a', 'a"b"', "a;b", "µ", "\ufeff", " ", "\u2028", "'",
          "=1+1", "#a", "1,5", "\r"]


def net_list(seed, points):
    """Text of a net list for contact points and pads at (x_um, y_um, net), with odd fields and lines."""
    rng = random.Random("list %s" % seed)
    columns = ["net", "x_um", "y_um"] + rng.choice([[], ["width_um"], ["width_um", "space_um"], ["kind", "name"]])
    rows = [[name, "%g" % x, "%g" % y] + [rng.choice(["", "5", "3", "ball", "4.001"]) if rng.random() < 0.1 else "" for _ in columns[3:]] for x, y, name in points]
    rows.insert(0, columns)
    for _ in range(rng.choice([0, 1, 1, 2])):
        row = rng.choice(rows)
        change = rng.random()
        if change < 0.6:
            row[rng.randrange(len(row))] = rng.choice(FIELDS)
        elif change < 0.8:
            row.append(rng.choice(FIELDS))
        else:
            rows.append(list(row))
    return "\n".join(",".join(row) for row in rows) + rng.choice(["", "\n", "\r\n", "\n\n#\n"])
