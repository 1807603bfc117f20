"""Film thicknesses at both ends of their ranges and one nanometre outside, and stacks that one size of via fits or none.

A generator takes (technology, rule) and yields FilmCase records: what a variant of the technology changes, and how many markers
of the rule must then hold `text`. `variants` packs cases that do not touch each other's films into one variant.
"""

from collections import namedtuple

#: films: {name: thickness in um}; rules: more rules of the variant; count: markers of the rule with `about` in them; text: a part of each
FilmCase = namedtuple("FilmCase", "name films rules count about text")

NM = 0.001  # um


def at_ends(tech, key):
    word = key[:-3]
    for film in tech.films.values():
        if key not in film:
            continue
        about = "film %s is " % film["name"]
        for end, sign in zip(film[key], (-1, 1)):
            outside = round(end + sign * NM, 9)
            name = "%s of %g" % (film["name"], end)
            yield FilmCase(name + ", at the limit", {film["name"]: end}, (), 0, about, "")
            yield FilmCase(name + ", one step beyond", {film["name"]: outside}, (), 1, about, "%g um thick, %s %g to %g" % (outside, word, *film[key]))


def films_allowed(tech, rule):
    return at_ends(tech, "allowed_um")


def films_recommended(tech, rule):
    return at_ends(tech, "recommended_um")


def via_size_exists(tech, rule):
    """The deepest and the shallowest stack that a via fits; where no rule bounds the size from above, a variant has such a rule."""
    cut, about = rule["layer"], "no size of %s keeps every limit" % rule["layer"]
    smallest, largest = tech.limit("width_min", cut), tech.limit("width_max", cut)
    steepest, flattest = tech.limit("aspect_ratio_max", cut), tech.limit("aspect_ratio_min", cut)
    films = tech.layers[cut]["cuts"]
    if largest and steepest:
        yield FilmCase("deepest via, at the limit", depths(tech, films, largest * steepest), (), 0, about, "")
        yield FilmCase("deepest via, one step beyond", depths(tech, films, largest * steepest + NM), (), 1, about, "depth %g um" % (largest * steepest + NM))
    if flattest:
        yield FilmCase("shallowest via, at the limit", depths(tech, films, smallest * flattest), (), 0, about, "")
        yield FilmCase("shallowest via, one step beyond", depths(tech, films, smallest * flattest - NM), (), 1, about, "depth %g um" % (smallest * flattest - NM))
    if not largest:
        yield FilmCase("no larger via allowed, at the limit", {}, (no_larger(cut, smallest),), 0, about, "")
        yield FilmCase("no larger via allowed, one step beyond", {}, (no_larger(cut, round(smallest - NM, 9)),), 1, about, "width %s to %s" % (smallest, smallest - NM))


def no_larger(cut, size_um):
    return {"id": "LIMIT." + cut, "check": "width_max", "layer": cut, "value_um": size_um, "title": "Largest size", "source": "test"}


def depths(tech, films, depth_um):
    """Thicknesses that add up to a depth: the last film takes what the others leave; all alike where they would leave nothing."""
    others = {film: tech.films[film]["thickness_um"] for film in films[:-1]}
    if sum(others.values()) >= depth_um:
        others = {film: round(depth_um / len(films), 1) for film in films[:-1]}
    return dict(others, **{films[-1]: round(depth_um - sum(others.values()), 9)})


GENERATORS = {generator.__name__: generator for generator in (films_allowed, films_recommended, via_size_exists)}


def all_cases(tech):
    """[(rule, FilmCase)]"""
    return [(rule, case) for rule in tech.rules if rule["check"] in GENERATORS for case in GENERATORS[rule["check"]](tech, rule)]


def variants(tech):
    """[[(rule, FilmCase)]]: each list goes into one variant of the technology."""
    packed = []
    for rule, case in all_cases(tech):
        changes = changes_of(case)
        room = next((one for one in packed if all(one[0].get(key, value) == value for key, value in changes.items())), None)
        if room is None:
            packed.append(({}, []))
            room = packed[-1]
        room[0].update(changes)
        room[1].append((rule, case))
    return [cases for _, cases in packed]


def changes_of(case):
    return dict(case.films, **{rule["id"]: str(rule) for rule in case.rules})


def record_of(tech, cases):
    """The variant's JSON record."""
    films, rules = {}, {}
    for _, case in cases:
        films.update(case.films)
        rules.update({rule["id"]: rule for rule in case.rules})
    return {"schema": 1, "based_on": tech.path, "name": "variant", "title": "variant",
            "films": [{"name": name, "thickness_um": thickness} for name, thickness in films.items()], "rules": list(rules.values())}


