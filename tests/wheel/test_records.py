"""Numbers and texts that a file may hold: each is a value, or one short printable sentence with file, record and key."""

import json
import time

import pytest

from postpass import messages, records
from postpass import tech as technologies
from postpass.draw import padlist
from postpass.fanout import netlist
from postpass.messages import Refusal
from postpass.tech import TechnologyError

POSTPASS = technologies.load("postpass")
SECONDS = 3.0


def refusal(read, path, content):
    """The sentence that refuses a file of that content, checked for its form."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    start = time.process_time()
    with pytest.raises(Refusal) as raised:
        read(str(path))
    sentence = str(raised.value)
    assert time.process_time() - start < SECONDS
    assert sentence.startswith(str(path)) and len(sentence) <= messages.MOST_CHARACTERS + 10 and sentence.isprintable()
    return sentence


ODD_JSON = {
    "key 'a' appears twice in one record": '{"a": 1, "a": 2}',
    "key 'k0' appears twice": "{%s}" % ",".join('"k%d":1' % (number % 60000) for number in range(100000)),
    "rules, record 1 (X), v: NaN is a number that is not finite": '{"rules": [{"id": "X", "v": NaN}]}',
    "value 2: -Infinity is a number that is not finite": "[1, -Infinity]",
    "the number 1e400 is too large": "[1e400]",
    "die, value 2: the number 1111111111... is too large (5000 digits)": '{"die": [0, %s]}' % ("1" * 5000),
    "nested too deep": "[" * 100000,
    'title: the text "\\ud800" holds a line break, a control character or half a character': '{"title": "\\ud800"}',
    'the text "a\\u0000" holds': '["a\\u0000"]', 'the text "a\\nb" holds': '{"a\\nb": 1}', 'the text "a\\u2028" holds': '["a\u2028"]',
    "a text of 200000 characters": '["%s"]' % ("x" * 200000),
    "not a text file in UTF-8 (line 2)": b'[\n"\xb5"]', "not a text file in UTF-8 (line 1)": "[1]".encode("utf-16"),
    "not valid JSON, line 3": "[1,\n2,\n", "not valid JSON, line 1": "\0",
}


@pytest.mark.parametrize("sentence", ODD_JSON)
def test_odd_json_is_refused_in_one_sentence(tmp_path, sentence):
    assert sentence in refusal(lambda path: records.read_json(path, "case", Refusal), tmp_path / "odd.json", ODD_JSON[sentence])


@pytest.mark.parametrize("text, value", [("\ufeff[1]", [1]), ("[-0.0, 1e-400]", [0, 0]), ('{"µ": "\\ud83d\\ude00"}', {"µ": "\U0001f600"}), ("[9999999999]", [9999999999])])
def test_what_is_unusual_but_clear_is_read(tmp_path, text, value):
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    assert records.read_json(str(tmp_path / "odd.json"), "case", Refusal) == value


ODD_LISTS = {
    "line 2: longer than 20000 characters": "net,x_um,y_um\n%s,1,2\n" % ("a" * 200000), "line 2: a text of 1500 characters": "net,x_um,y_um\n%s,1,2\n" % ("a" * 1500),
    "line 2: not valid CSV": 'net,x_um,y_um\n"a\nb",1,2\n', 'line 2: the text "a\\u0000b" holds': "net,x_um,y_um\na\0b,1,2\n",
    'line 2: the text "a\\u2028b" holds': "net,x_um,y_um\na\u2028b,1,2\n", "line 1": b"\xff\xfen\0e\0t\0",
    "line 2: x_um must be a coordinate in um from -1000000 to 1000000, not 1e+300": "net,x_um,y_um\na,1e300,2\n",
    "line 2: x_um must be a number": "net,x_um,y_um\na,%s!,2\n" % ("1" * 900), "width_um must be a length in um from 0.0001 to 100000, not inf": "net,x_um,y_um,width_um\na,1,2,inf\n",
}


@pytest.mark.parametrize("sentence", ODD_LISTS)
def test_odd_net_lists_are_refused_in_one_sentence(tmp_path, sentence):
    assert sentence in refusal(netlist.read, tmp_path / "odd.csv", ODD_LISTS[sentence])


def test_a_pad_list_is_read_like_a_net_list(tmp_path):
    head = ",".join(padlist.COLUMNS)
    assert "line 2: longer than 20000" in refusal(padlist.read, tmp_path / "odd.csv", head + "\n%s,ball,b,1,2,3\n" % ("a" * 200000))
    (tmp_path / "pads.csv").write_text("\ufeff%s\r\na,ball,b,1,2,3\r\n" % head, encoding="utf-8")
    assert [pad.name for pad in padlist.read(str(tmp_path / "pads.csv"))] == ["b"]


def rule(record, name):
    return next(rule for rule in record["rules"] if rule["id"] == name)


def many_unions(record, count, members=2):
    record["layers"] += [{"name": "u0", "title": "u", "union": ["rdl"]}] + [
        {"name": "u%d" % k, "title": "u", "union": ["u%d" % (k - 1)] * members} for k in range(1, count)]


ODD_TECHNOLOGIES = {
    "rule 'RDL.S.1': value_um must be a length in um, 0 or from 0.0001 to 100000, not 5000000.0": lambda r: rule(r, "RDL.S.1").update(value_um=5e6),
    "rule 'RDL.S.1': value_um must be a length in um, 0 or from 0.0001 to 100000, not 1e-12": lambda r: rule(r, "RDL.S.1").update(value_um=1e-12),
    "rule 'RDL.D.1': step_um must be a length in um from 0.0001 to 100000, not 1e-09": lambda r: rule(r, "RDL.D.1").update(step_um=1e-9),
    "rule 'RDL.D.1': window_um 100 is more than 1000 times step_um 0.01": lambda r: rule(r, "RDL.D.1").update(step_um=0.01, window_um=100),
    "rule 'RDL.D.1': window_um must be a multiple of step_um": lambda r: rule(r, "RDL.D.1").update(step_um=1e5, window_um=1e-4),
    "rules, record 31 (RDL.S.1), title: the text": lambda r: r["rules"][30].update(id="RDL.S.1", title="\ud800"),
    "films, record 1: key 'name' is missing": lambda r: r["films"][0].update(name=["a"]),
    "layer 'via': kind must be one of outline": lambda r: r["layers"][2].update(kind=["cut"]),
    "layer 'via': cuts must be a list of names of films": lambda r: r["layers"][2].update(cuts=[["oxide"]]),
    "layer 'contact': gds must be [layer, datatype], not [true, 0]": lambda r: r["layers"][1].update(gds=[True, 0]),
    "technology: connectivity must be a list of": lambda r: r.update(connectivity=[[{}, "via", "rdl"]]),
    "technology: schema must be 1, not true": lambda r: r.update(schema=True),
    "rule 'VIA.W.1': check must be one of": lambda r: rule(r, "VIA.W.1").update(check={"a": 1}),
    "rule 'VIA.W.1': layer must be a text, not []": lambda r: rule(r, "VIA.W.1").update(layer=[]),
    "rule 'VIA.W.1': severity must be error or warning": lambda r: rule(r, "VIA.W.1").update(severity=[]),
    "rule 'RDL.S.1': value_um must be": lambda r: rule(r, "RDL.S.1").update(value_um=10 ** 29),
    "technology: films must be a list of at most 2000 records": lambda r: r.update(films=[{"name": "f%d" % k} for k in range(3000)]),
    "rule 'RDL.S.1': 5000 um is more than KLayout can compute with": lambda r: (r.update(dbu_um=1e-6), rule(r, "RDL.S.1").update(value_um=5000)),
    "union contains itself": lambda r: (many_unions(r, 900), r["layers"][-900].update(union=["u899"])),
}


@pytest.mark.parametrize("sentence", ODD_TECHNOLOGIES)
def test_odd_technologies_are_refused_in_one_sentence(tmp_path, sentence):
    record = json.loads(json.dumps(POSTPASS.record))
    ODD_TECHNOLOGIES[sentence](record)
    assert sentence in refusal(technologies.load, tmp_path / "t.json", json.dumps(record))


@pytest.mark.parametrize("count, members", [(32, 2), (900, 3)])
def test_nested_unions_are_resolved_in_time(tmp_path, count, members):
    record = json.loads(json.dumps(POSTPASS.record))
    many_unions(record, count, members)
    (tmp_path / "t.json").write_text(json.dumps(record))
    start = time.process_time()
    found = technologies.load(str(tmp_path / "t.json"))
    assert found.parts("u%d" % (count - 1)) == ["rdl"] and "u5" in found.holders("rdl") and found.checksum()
    assert time.process_time() - start < SECONDS


def test_a_long_chain_of_technologies_is_refused(tmp_path):
    for number in range(30):
        (tmp_path / ("t%d.json" % number)).write_text(json.dumps({"based_on": "t%d.json" % (number + 1)}))
    with pytest.raises(TechnologyError, match="more than 20 technologies, each based on the next"):
        technologies.load(str(tmp_path / "t0.json"))


@pytest.mark.parametrize("fault, words", [(TypeError("unhashable"), "the program failed on this input (TypeError in test_records.py, line "), (MemoryError(), "out of memory"),
                                          (Refusal("a\nb \ud800 \ufeff"), "ERROR: a\\nb \\ud800 \\ufeff\n"), (Refusal("x" * 5000), "xxx ... xxx")])
def test_what_nobody_foresaw_is_one_sentence(capsys, fault, words):
    def fails():
        raise fault
    assert messages.guarded(fails) == 1
    said = capsys.readouterr().err
    assert words in said and said.startswith("ERROR: ") and said.count("\n") == 1 and "unhashable" not in said and len(said) < 800


def test_a_traceback_is_shown_on_request(capsys, monkeypatch):
    monkeypatch.setenv("POSTPASS_TRACEBACK", "1")
    messages.guarded(lambda: {}[1])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("value, text", [("a\ud800\n", '"a\\ud800\\n"'), (list(range(1000)), " ..."), ([[[]]] * 3, "[[[]], [[]], [[]]]"), (1e300, "1e+300")])
def test_values_are_shown_short_and_printable(value, text):
    assert messages.shown(value).endswith(text) and len(messages.shown(value)) < 100
