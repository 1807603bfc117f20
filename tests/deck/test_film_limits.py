"""Every film of every kit is accepted at both ends of its ranges and refused one nanometre outside; so are stacks for vias."""

import json

import pytest

from postpass import tech as technologies
from tests.kits import KITS

from . import film_cases
from .support import check, new_layout, square


def asked_of(technology):
    """All that the rules on films look at, so that technologies with the same films and limits need one run."""
    cuts = {rule["layer"]: technology.layers[rule["layer"]]["cuts"] for rule in technology.rules if rule["check"] == "via_size_exists"}
    sizes = ("width_min", "width_max", "aspect_ratio_min", "aspect_ratio_max")
    rules = [rule for rule in technology.rules if rule["check"] in film_cases.GENERATORS or (rule["check"] in sizes and rule["layer"] in cuts)]
    return json.dumps([list(technology.films.values()), cuts, rules], sort_keys=True)


def alike():
    """[[names of technologies]] with the same films, and limits of vias."""
    groups = {}
    for name in KITS:
        groups.setdefault(asked_of(technologies.load(name)), []).append(name)
    return list(groups.values())


def parameters():
    return [pytest.param(names[0], cases, id="%s-%d" % ("+".join(names), number)) for names in alike()
            for number, cases in enumerate(film_cases.variants(technologies.load(names[0])))]


@pytest.mark.parametrize("name, cases", parameters())
def test_a_film_stack_holds_at_its_limit_and_breaks_one_step_beyond(name, cases, tmp_path):
    technology, path = technologies.load(name), tmp_path / "variant.json"
    path.write_text(json.dumps(film_cases.record_of(technology, cases)))
    found = check(new_layout(technology, {"rdl": [square(1000)]}), path, tmp_path, family="technology")[1]
    for rule, case in cases:
        texts = [marker.text for marker in found if marker.rule == rule["id"] and case.about in marker.text]
        assert len(texts) == case.count and all(case.text in text for text in texts), (rule["id"], case.name, texts)


def test_every_kit_has_its_run():
    assert sorted(name for names in alike() for name in names) == KITS
