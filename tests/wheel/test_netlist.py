"""Net lists are read strictly: every mistake is one sentence with file and line."""

import pytest

from postpass.fanout import netlist


def write(folder, text):
    path = folder / "nets.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_list_with_rules_of_a_net(tmp_path):
    path = write(tmp_path, "# power\nnet, x_um, y_um, width_um\nvdd,1,2,20\n\nvdd,3,-4,\nclk,5,6,\n")
    entries = netlist.read(path)
    assert [(entry.net, entry.x_um, entry.y_um, entry.width_um) for entry in entries] == [("vdd", 1.0, 2.0, 20.0), ("vdd", 3.0, -4.0, None), ("clk", 5.0, 6.0, None)]
    assert entries[1].where == path + ", line 5"
    assert netlist.rules_of(entries) == {"vdd": (20.0, None), "clk": (None, None)}


def test_what_is_left_to_a_power_grid(tmp_path):
    entries = netlist.read(write(tmp_path, "net,x_um,y_um,route\nvdd,1,2,\nvdd,3,4,yes\nvdd,5,6,no\n"))
    assert [entry.route for entry in entries] == [True, True, False]


def test_lengths_and_groups(tmp_path):
    entries = netlist.read(write(tmp_path, "net,x_um,y_um,max_length_um,match\na,1,2,800,g\na,3,4,,\nb,5,6,,g\nc,7,8,,\n"))
    assert netlist.lengths_of(entries) == {"a": (800.0, "g"), "b": (None, "g")} and netlist.groups_of(entries) == {"g": ["a", "b"]}


def test_pairs(tmp_path):
    entries = netlist.read(write(tmp_path, "net,x_um,y_um,pair\na,1,2,p\na,3,4,\nb,5,6,p\nc,7,8,\n"))
    assert netlist.pair_of(entries) == {"a": "p", "b": "p"} and netlist.pairs_of(entries) == {"p": ["a", "b"]}


@pytest.mark.parametrize("text, sentence", [
    ("", "the first line must name the columns; missing: net, x_um, y_um"), ("net,x_um\na,1\n", "missing: y_um"),
    ("net,x_um,y_um,colour\na,1,2,red\n", "unknown column 'colour'"), ("net,x_um,y_um,net\na,1,2,b\n", "two columns 'net'"),
    ("net,x_um,y_um\n", "the list has no entry"), ("net,x_um,y_um\na,1\n", "line 2: 2 values instead of 3"),
    ("net,x_um,y_um\n,1,2\n", "line 2: the net has no name"), ("net,x_um,y_um\na,one,2\n", "line 2: x_um must be a number, not 'one'"),
    ("net,x_um,y_um\na,nan,2\n", "x_um must be a coordinate in um from -1000000 to 1000000, not nan"),
    ("net,x_um,y_um,width_um\na,1,2,0\n", "width_um must be a length in um from 0.0001 to 100000, not 0"),
    ("net,x_um,y_um,kind\na,1,2,bump\n", "kind must be chip_pad or ball, not 'bump'"),
    ("net,x_um,y_um,route\na,1,2,never\n", "line 2: route must be yes or no, not 'never'"),
    ("net,x_um,y_um,match\na,1,2,g\na,3,4,g\n", "group g has one net, a: give it a second one, or none"),
    ("net,x_um,y_um,match\na,1,2,g\na,3,4,h\n", "line 3: match of net a is h here and g in"),
    ("net,x_um,y_um,pair\na,1,2,p\na,3,4,p\n", "pair p has 1 net, a: a pair has two"),
    ("net,x_um,y_um,pair\na,1,2,p\nb,3,4,p\nc,5,6,p\n", "pair p has 3 nets, a, b, c: a pair has two"),
    ("net,x_um,y_um,pair\na,1,2,p\na,3,4,q\nb,5,6,p\n", "line 3: pair of net a is q here and p in"),
    ("net,x_um,y_um,pair,match\na,1,2,p,g\nb,3,4,p,g\n", "net a is in pair p and in a group: the lengths of a pair are matched already"),
    ("net,x_um,y_um,max_length_um\na,1,2,-5\n", "line 2: max_length_um must be a length in um from 0.0001 to 100000, not -5"),
    ("net,x_um,y_um\na,1,2\nb,1,2\n", "line 3: the place 1, 2 is already in"),
    ("net,x_um,y_um,width_um\na,1,2,5\na,3,4,6\n", "line 3: width_um of net a is 6 here and 5 in")])
def test_a_mistake_is_one_sentence(tmp_path, text, sentence):
    path = write(tmp_path, text)
    with pytest.raises(netlist.NetListError) as caught:
        netlist.read(path)
    assert path in str(caught.value) and sentence in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path):
    with pytest.raises(netlist.NetListError, match="cannot read the net list"):
        netlist.read(str(tmp_path / "none.csv"))
    (tmp_path / "nets.csv").write_bytes(b"net,x_um,y_um\n\xff\xfe,1,2\n")
    with pytest.raises(netlist.NetListError, match="not a text file in UTF-8"):
        netlist.read(str(tmp_path / "nets.csv"))
