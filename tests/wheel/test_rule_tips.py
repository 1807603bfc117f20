"""The tips of the panel's fields: each rule of a technology that limits a field is named by its id, limit and source, and no other."""

import pytest

from postpass import tech
from postpass.panel import defaults, draw_form, rule_tips
from postpass.tech import metal_levels, section
from tests.kits import KITS

SIZES = ("width_min", "width_max", "aspect_ratio_min", "aspect_ratio_max", "via_size_exists")
SPACES = ("space", "space_wide", "space_different_net")


def fields(technology):
    """[(what it is of, name of the field, the rules in its tip)]"""
    traces = [level.trace for level in metal_levels.levels(technology)]
    found = [("fan_out", name, rules) for name, rules in rule_tips.fan_out(technology, traces).items()]
    found += [("stack", name, rules) for name, rules in rule_tips.stack(technology).items()]
    found += [("net", name, rules) for name, rules in rule_tips.net(technology).items()]
    for what in (draw_form.VIA, draw_form.CONTACT, draw_form.DIE, draw_form.KEEPOUT):
        found += [(what, name, rules) for name, rules in draw_form.limited(technology, what, "").items()]
    for function in defaults.functions(technology):
        limited = draw_form.limited(technology, draw_form.PAD, function)
        found += [("pad " + function, name, rules) for name, rules in limited.items()]
        found += [("ring " + function, name, rules) for name, rules in rule_tips.ring(technology, limited, draw_form.layers_of(technology, draw_form.PAD, function)).items()]
    return found


def wanted(technology):
    """{(what, field): ids of the rules that it must name}, read from the rules one by one."""
    found = {}
    cut, traces = defaults.via_cut(technology), [level.trace for level in metal_levels.levels(technology)]
    places = [("via", [cut], draw_form.VIA), ("contact", technology.of_kind("contact")[:1], draw_form.CONTACT)]
    places += [("pad", [technology.pad_layer(function)], "pad " + function) for function in defaults.functions(technology)]
    for rule in technology.rules:
        check, layer = rule["check"], rule.get("layer")
        for _, layers, what in places:
            if any(layer in technology.holders(one) for one in layers):
                for checks, names in ((SIZES, ["size"]), (("shape",), ["shape"]), ((*SPACES, "pitch_min", "pad_spacing"), ["pitch_x", "pitch_y"])):
                    for name in names if check in checks else ():
                        found.setdefault((what, name), set()).add(rule["id"])
        if any(layer in technology.holders(trace) for trace in traces):
            for checks, name in ((("width_min", "width_max"), "width"), (SPACES, "space"), (("teardrop",), "teardrops")):
                if check in checks:
                    found.setdefault(("fan_out", name), set()).add(rule["id"])
        if layer in technology.holders(section.first_cut(technology)) and check in SIZES:
            found.setdefault(("stack", "size"), set()).add(rule["id"])
        for film, record in technology.films.items() if check in ("films_allowed", "films_recommended") else ():
            if check.replace("films_", "") + "_um" in record and film in section.films_of(technology):
                found.setdefault(("stack", film), set()).add(rule["id"])
        if check == "die_clearance":
            found.setdefault((draw_form.DIE, "margin"), set()).add(rule["id"])
    return found


@pytest.mark.parametrize("name", KITS)
def test_every_limited_field_names_its_rules(name):
    technology = tech.load(name)
    named = {(what, field): {rule["id"] for rule in rules} for what, field, rules in fields(technology)}
    expected = wanted(technology)
    assert len(expected) > 20
    assert {key: ids - named.get(key, set()) for key, ids in expected.items() if ids - named.get(key, set())} == {}


@pytest.mark.parametrize("name", KITS)
def test_what_a_tip_names_is_a_rule_of_that_technology_with_title_limit_and_source(name):
    technology = tech.load(name)
    rules = {rule["id"]: rule for rule in technology.rules}
    for what, field, limiting in fields(technology):
        said = " ".join(rule_tips.tip("", limiting).split())
        assert said, (what, field)
        for one in limiting:
            rule = rules[one["id"]]
            assert "%s: %s" % (rule["id"], rule["title"]) in said
            assert rule["source"] in said
            number = rule.get("value_um", rule.get("value"))
            assert number is None or " %g" % number in said


def test_a_tip_is_words_of_its_own_and_a_paragraph_for_each_rule():
    technology = tech.load("postpass")
    rules = rule_tips.fan_out(technology, ["rdl"])["width"]
    assert rule_tips.tip("How wide", rules).split("\n") == [
        "How wide", "RDL.W.1: Trace width, smallest, at least 2 µm. Source: kit", "   default",
        "RDL.W.2: Trace width, largest without slots, at most 100 µm", "   (warning). Source: kit default"]
    assert rule_tips.tip("How wide", []) == "How wide"


def test_a_rule_without_source_says_so():
    assert rule_tips.in_words({"id": "A", "check": "aspect_ratio_max", "title": "Ratio", "value": 5}) == "A: Ratio, at most 5. Source: not stated"


def test_the_fan_out_asks_the_rules_of_the_levels_it_uses():
    technology = tech.load("wlcsp_two_level")
    ids = [{rule["id"] for rule in rule_tips.fan_out(technology, used)["space"]} for used in (["rdl"], ["rdl2"], ["rdl", "rdl2"])]
    assert ids[0] and ids[1] and not ids[0] & ids[1] and ids[2] == ids[0] | ids[1]
