"""One input with the runs it is given to, and what came of them."""

import json
import os
import random
import re
import signal
from collections import namedtuple

import pya

from postpass import tech as technologies
from tests.deck.support import DECK, FAN_OUT

from . import cases, judges, oddities, records

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TECHNOLOGIES = {name: technologies.load(name) for name in ("postpass", "wlcsp", "wlcsp_two_level")}
MODES = {"flat": {"mode": "flat"}, "tiled": {"mode": "tiled", "tile": "150"}, "deep": {"mode": "deep"}}
FINE = ("result", "refusal")
SCRIPTS = {"deck": DECK, "fan_out": FAN_OUT, "route": os.path.join(ROOT, "tests", "fuzz", "route_script.py")}
CPU_SECONDS = {"deck": 12, "fan_out": 40, "route": 40}
BYTES = 4 * 2 ** 30

#: what came of a trial: kind ("result", "refusal", "traceback", ...), detail: what tells two faults of a kind apart
Outcome = namedtuple("Outcome", "kind detail")


class Trial:
    """kind, seed; main: the file that is minimised; jobs: [(name, command, variables)], relative paths are in the folder."""

    def __init__(self, kind, seed, folder):
        self.kind, self.seed, self.folder = kind, seed, folder
        self.main, self.tech, self.jobs, self.usual = None, "postpass", [], True
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    def deck(self, modes=("flat", "tiled", "deep"), **more):
        for mode in modes:
            self.add(mode, "deck", dict({"input": "in.gds", "tech": self.tech, "summary": mode + ".json", "report": mode + ".lyrdb"}, **dict(MODES[mode], **more)))

    def fan_out(self, **more):
        self.add("fan_out", "fan_out", dict({"input": "in.gds", "output": "out.gds", "tech": self.tech}, **more))

    def add(self, name, command, variables):
        self.jobs.append((name, command, variables))

    def runs(self):
        """Arguments of resident.run for each job."""
        names = ("input", "output", "summary", "report", "nets", "case", "result")
        return [{"script": SCRIPTS[command], "said": self.path(name), "cpu_seconds": CPU_SECONDS[command], "bytes": BYTES,
                 "variables": {key: self.path(value) if key in names or value == "t.json" else value for key, value in variables.items()}}
                for name, command, variables in self.jobs]

    def save(self):
        self.write("trial.json", json.dumps({"kind": self.kind, "seed": self.seed, "main": self.main, "tech": self.tech, "jobs": self.jobs, "usual": self.usual}))

    @classmethod
    def saved(cls, folder):
        with open(os.path.join(folder, "trial.json"), encoding="utf-8") as file:
            record = json.load(file)
        trial = cls(record["kind"], record["seed"], folder)
        trial.main, trial.tech, trial.jobs, trial.usual = record["main"], record["tech"], record["jobs"], record["usual"]
        return trial


# the kinds

def layout(trial, rng):
    trial.tech = rng.choice(["postpass", "postpass", "wlcsp", "wlcsp_two_level"])
    drawing, _ = oddities.drawn(trial.seed, TECHNOLOGIES[trial.tech])
    trial.main = "in.gds"
    drawing.layout.write(trial.path("in.gds"))


def checked_layout(trial, rng):
    layout(trial, rng)
    trial.deck()


def joined_layout(trial, rng):
    layout(trial, rng)
    trial.fan_out(**rng.choice([{}, {}, {"function": "fan-out"}, {"teardrops": "1"}, {"width": rng.choice(["3.2", "30", "1e5", "0.0001"])}, {"space": "7"}]))


def technology(trial, rng):
    base = rng.choice(list(TECHNOLOGIES))
    trial.main, trial.tech = "t.json", "t.json"
    trial.write("t.json", records.technology(trial.seed, TECHNOLOGIES[base].record))
    oddities.drawn(trial.seed % 7, TECHNOLOGIES[base])[0].layout.write(trial.path("in.gds"))
    trial.deck(("flat", "tiled"))
    trial.fan_out()


def net_list(trial, rng):
    drawing = oddities.Drawing(random.Random(trial.seed % 5), TECHNOLOGIES["postpass"])
    drawing.chip()
    drawing.layout.write(trial.path("in.gds"))
    index = drawing.on(trial_label())
    points = [(text.text_pos.x / 1000, text.text_pos.y / 1000, text.text_string) for text in drawing.top.shapes(index).each()]
    points = points or [(0, 0, "a"), (0, 60, "a")]
    trial.main = "nets.csv"
    trial.write("nets.csv", records.net_list(trial.seed, points))
    trial.fan_out(nets="nets.csv")


def trial_label():
    return TECHNOLOGIES["postpass"].of_kind("label")[0]


def broken_file(trial, rng):
    """Bytes of a layout file changed, cut off or repeated."""
    drawing, _ = oddities.drawn(trial.seed, TECHNOLOGIES["postpass"])
    options = pya.SaveLayoutOptions()
    odd_paths = any(shape.is_path() and shape.path_width % 2 for layer in drawing.layout.layer_indexes() for cell in drawing.layout.each_cell() for shape in cell.shapes(layer).each())
    options.format = "GDS2" if odd_paths else rng.choice(["GDS2", "OASIS"])  # OASIS knows no odd widths
    drawing.layout.write(trial.path("in.gds"), options)
    with open(trial.path("in.gds"), "rb") as file:
        data = bytearray(file.read())
    for _ in range(rng.choice([1, 1, 3, 20])):
        place = rng.randrange(len(data))
        change = rng.random()
        if change < 0.6:
            data[place] = rng.choice([0, 255, 128, rng.randrange(256), data[place] ^ 1])
        elif change < 0.8:
            del data[place:place + rng.choice([1, 2, 4, len(data)])]
        else:
            data[place:place] = data[place:place + rng.randrange(1, 40)]
        data = data or bytearray(b"\0")
    trial.write("in.gds", bytes(data))
    trial.deck(("flat", "deep"))
    trial.fan_out()


def routing_case(trial, rng):
    text, trial.usual = cases.routing_case(trial.seed)
    trial.main = "case.json"
    trial.write("case.json", text)
    trial.add("route", "route", {"case": "case.json", "result": "result.json"})


KINDS = {"layout": checked_layout, "fan-out": joined_layout, "technology": technology, "net list": net_list, "broken file": broken_file, "routing case": routing_case}


def made(kind, seed, folder):
    trial = Trial(kind, seed, folder)
    KINDS[kind](trial, random.Random("%s %s" % (kind, seed)))
    trial.save()
    return trial


# what came of it

def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def run_outcome(trial, job, result):
    """Outcome of one run; result: Ended, or None where KLayout itself ended."""
    name, command, variables = job
    said = [line for line in _read(trial.path(name + ".err")).split("\n") if line and not re.search(r"warning: Float .* out of range|^ERROR: \.\./\.\./\.\./src/", line)]
    files = [trial.path(variables[key]) for key in ("output", "summary", "report", "result") if key in variables]
    there = [os.path.basename(path) for path in files if os.path.exists(path)]
    if result is None or result.signal in (signal.SIGKILL, signal.SIGXCPU):
        return Outcome("hang", command)
    text = "\n".join(said)
    if result.signal or "Signal number" in text:
        return Outcome("crash", command)
    unforeseen = re.search(r"failed on this input \((.*?)\)|Traceback", text)
    if "out of memory" in text:
        return Outcome("memory", command)
    if unforeseen or result.code not in (0, 1, 2):
        return Outcome("traceback", "%s %s" % (command, unforeseen.group(1) if unforeseen and unforeseen.group(1) else "code %s %s" % (result.code, text[:80])))
    if result.code == 1:
        if there:
            return Outcome("file left behind", "%s %s" % (command, there))
        if len(said) != 1 or not said[0].startswith("ERROR: ") or len(said[0]) > 1000 or not said[0].isprintable():
            return Outcome("odd words", "%s %d lines" % (command, len(said)))
        return Outcome("refusal", said[0])
    if len(there) != len(files):
        return Outcome("file missing", command)
    return Outcome("result", result.code)


def outcome(trial, results):
    """Outcome of a trial; results: of its jobs, None where one was not run."""
    found = [run_outcome(trial, job, result) for job, result in zip(trial.jobs, results)]
    bad = [one for one in found if one.kind not in FINE]
    if bad:
        return bad[0]
    by_name = {name: one for (name, _, _), one in zip(trial.jobs, found)}
    try:
        fault = _compared(trial, by_name) or _judged(trial, by_name)
    except Exception as error:  # the judge's own limits are no fault of the product, but are to be seen
        return Outcome("judge fails", "%s %s" % (type(error).__name__, str(error)[:60]))
    return fault or (found[0] if len({one.kind for one in found}) == 1 else Outcome("result", "some refused"))


def _compared(trial, by_name):
    modes = [mode for mode in MODES if mode in by_name]
    if len({by_name[mode].kind for mode in modes}) > 1:
        return Outcome("mode differs", "refused in some")
    if not modes or by_name[modes[0]].kind != "result":
        return None
    found = [judges.markers(trial.path(mode + ".lyrdb")) for mode in modes]
    differing = sorted({rule for some in found for rule in some if some[rule] != found[0].get(rule)})
    return Outcome("mode differs", " ".join(differing)) if differing else None


def _judged(trial, by_name):
    fault = None
    if "route" in by_name and by_name["route"].kind == "result" and trial.usual:
        with open(trial.path("case.json"), encoding="utf-8") as case, open(trial.path("result.json"), encoding="utf-8") as result:
            fault = judges.route_fault(json.load(case), json.load(result))
    if trial.kind == "fan-out" and by_name["fan_out"].kind == "result":
        fault = judges.fan_out_fault(trial.path("in.gds"), trial.path("out.gds"), TECHNOLOGIES[trial.tech], _read(trial.path("fan_out.out")), by_name["fan_out"].detail == 0)
    return Outcome("wrong and green", fault) if fault else None
