"""The rule manual: a technology as one page of HTML that needs no other file, to be read or printed. Pure Python.

It is well-formed XML, has no script, and is the same for the same technology wherever its file lies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .. import files
from ..messages import Refusal, counted, printable
from . import looks, section, section_svg
from .figure_kit import swatch
from .figures import figure
from .kinds import KINDS
from .loader import load
from .markup import escaped as _plain
from .sources import sources
from .words import as_text, limit_in_words

if TYPE_CHECKING:
    from .answers import Technology

Rule = dict[str, Any]
_CHAPTERS = {"technology": "Rules of the technology", "geometry": "Rules of geometry", "nets": "Rules of nets"}  # by family of the kinds
_STYLE = """
body { font: 10.5pt/1.4 Helvetica, Arial, sans-serif; color: #202428; background: #fff; max-width: 190mm; margin: 0 auto; padding: 6mm; }
h1 { font-size: 20pt; margin: 0; } h2 { font-size: 15pt; border-bottom: 1.5pt solid #202428; margin: 12mm 0 4mm; } h3 { font-size: 11pt; margin: 0 0 1mm; }
table { border-collapse: collapse; width: 100%; font-size: 9pt; } th, td { text-align: left; vertical-align: top; padding: 1mm 2mm; border-bottom: 0.5pt solid #b8bec4; }
th { border-bottom: 1pt solid #202428; } .head { width: auto; } .head th { border: none; padding-left: 0; white-space: nowrap; } .head td { border: none; }
code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 8.5pt; } a { color: inherit; } p { margin: 1mm 0; }
svg { max-width: 100%; height: auto; } .swatch { display: inline-block; vertical-align: middle; } .contents { columns: 3; font-size: 9pt; padding: 0; list-style: none; margin: 1mm 0 3mm; }
.rule { display: flex; gap: 6mm; border-bottom: 0.5pt solid #b8bec4; padding: 3mm 0; } .rule .said { flex: 1; min-width: 0; overflow-wrap: anywhere; }
.rule .figure { flex: none; width: 68mm; } .limit { font-weight: bold; } .small { font-size: 8.5pt; color: #505860; } .warning { border: 0.8pt solid #202428; padding: 0 1mm; }
@page { size: A4; margin: 16mm 14mm; @bottom-right { content: counter(page); font-size: 8pt; } }
@media print {
  body { max-width: none; padding: 0; } h2 { break-before: page; page-break-before: always; margin-top: 0; } h2.first { break-before: auto; page-break-before: auto; margin-top: 8mm; }
  h2, h3, thead { break-after: avoid; page-break-after: avoid; } .rule, tr, .contents li { break-inside: avoid; page-break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def write_manual(name_or_path: str, path: str) -> int:
    """Writes the rule manual of a technology, and says so. Returns 0. Raises Refusal."""
    print(printable("written: %s" % written(name_or_path, path)))
    return 0


def written(name_or_path: str, path: str) -> str:
    """Writes the rule manual of a technology. Returns the words on it. Raises Refusal."""
    tech = load(name_or_path)
    inputs = [files.Input("technology", source) for source in sources(name_or_path)]
    text = html(tech)
    files.Outputs([files.Output("html", path)], inputs).write({"html": files.page(text)})
    return "%s: technology %s, rules %s, %s" % (path, tech.called, tech.checksum(), counted(len(tech.rules), "rule"))


def html(tech: Technology) -> str:
    """The manual of a technology."""
    chapters = {family: [rule for rule in tech.rules if KINDS[rule["check"]].family == family] for family in _CHAPTERS}
    chapters = {family: rules for family, rules in chapters.items() if rules}
    parts = ["<!DOCTYPE html>", '<html xmlns="http://www.w3.org/1999/xhtml" lang="en">', "<head>", '<meta charset="utf-8"/>', "<title>Rule manual %s</title>" % _escaped(tech.called),
             "<style>%s</style>" % _STYLE, "</head>", "<body>", *_heading(tech), *_contents(tech, chapters), *_films(tech), *_layers(tech)]
    for family, rules in chapters.items():
        parts += ['<h2 id="%s">%s</h2>' % (family, _CHAPTERS[family]), *[line for rule in rules for line in _rule(tech, rule)]]
    return "\n".join([*parts, "</body>", "</html>"]) + "\n"


def _escaped(text: str) -> str:
    """As content of an element."""
    return _harmless(_plain(text))


def _harmless(markup: str) -> str:
    """The same, where a word of the technology would be taken for a script by whoever looks for one, as the import of an archive does."""
    return re.sub("(?i)(javascript):", r"\1&#58;", markup)


def _anchor(rule: Rule) -> str:
    """The name of a rule's place in the page: letters, digits and _ . - alone, another one for each id."""
    return "rule-" + re.sub("[^A-Za-z0-9.-]", lambda found: "_%x_" % ord(found.group()), rule["id"])


def _table(heads: "list[str]", rows: "list[list[str]]") -> "list[str]":
    """Rows of escaped cells."""
    return ["<table>", "<thead><tr>%s</tr></thead>" % "".join("<th>%s</th>" % head for head in heads), "<tbody>",
            *("<tr>%s</tr>" % "".join("<td>%s</td>" % cell for cell in row) for row in rows), "</tbody>", "</table>"]


def _heading(tech: Technology) -> "list[str]":
    record = tech.record
    said = [("Version", tech.version or "not stated"), ("Issued", record.get("issued", "not stated")), ("Owner", record.get("owner", "not stated")),
            ("Rules", "%s, checksum %s" % (counted(len(tech.rules), "rule"), tech.checksum())), ("SHA-256", tech.full_checksum()),
            ("Grid", "%s µm, database unit %s µm" % (as_text(tech.grid_um), as_text(tech.dbu_um)))]
    rows = ["<tr><th>%s</th><td>%s</td></tr>" % (head, ("<code>%s</code>" if head == "SHA-256" else "%s") % _escaped(str(text))) for head, text in said]
    return ["<h1>%s</h1>" % _escaped(tech.name), "<p>%s</p>" % _escaped(tech.title), '<table class="head">', *rows, "</table>"]


def _contents(tech: Technology, chapters: "dict[str, list[Rule]]") -> "list[str]":
    lines = ['<h2 class="first">Contents</h2>', '<p><a href="#films">Films and section</a> · <a href="#layers">Layers</a></p>']
    for family, rules in chapters.items():
        lines += ['<p><a href="#%s">%s</a> (%d)</p>' % (family, _CHAPTERS[family], len(rules)), '<ul class="contents">',
                  *('<li><a href="#%s">%s</a></li>' % (_anchor(rule), _escaped(rule["id"])) for rule in rules), "</ul>"]
    return lines


def _films(tech: Technology) -> "list[str]":
    lines = ['<h2 id="films">Films and section</h2>', *_section(tech)]
    if not tech.films:
        return [*lines, "<p>The technology states no films.</p>"]
    rows = [[_escaped(text) for text in (film["name"], film["material"], as_text(film["thickness_um"]), _range(film["allowed_um"]), _range(film.get("recommended_um")),
                                         as_text(film["eps_r"]) if "eps_r" in film else "–", film.get("source", "–"))] for film in tech.films.values()]
    return lines + _table(["Film", "Material", "Thickness, µm", "Allowed, µm", "Recommended, µm", "εr", "Source"], rows)


def _section(tech: Technology) -> "list[str]":
    try:
        drawn = section.drawn(tech)
    except Refusal as error:
        return ["<p>%s</p>" % _escaped(str(error))]
    return ['<div class="section">', _harmless(section_svg.svg(tech, drawn, named=False)), "</div>"]


def _range(interval: "list[float] | None") -> str:
    return "%s to %s" % tuple(map(as_text, interval)) if interval else "–"


def _layers(tech: Technology) -> "list[str]":
    rows = []
    for name, layer in tech.layers.items():
        look = looks.of_layer(tech, name)
        number = "%d/%d" % tuple(layer["gds"]) if "gds" in layer else "derived" if "derive" in layer else "union"
        from_what = "<br/><code>%s</code>" % _escaped(layer["derive"]) if "derive" in layer else "<br/>%s" % _escaped(", ".join(layer["union"])) if "union" in layer else ""
        rows.append([swatch(look), _escaped(name), number, _escaped(layer["title"]) + from_what, _escaped(str(layer.get("kind", "–"))), _escaped(_made_of(tech, layer)),
                     "<code>%s</code>" % look.colour if "gds" in layer else ""])
    joined = [" – ".join(connection) for connection in tech.record["connectivity"]]
    return ['<h2 id="layers">Layers</h2>', *_table(["", "Layer", "Number", "What", "Kind", "Made of", "Colour"], rows),
            "<p>Conducts: %s.</p>" % _escaped("; ".join(joined)) if joined else "<p>The technology states no connectivity.</p>"]


def _made_of(tech: Technology, layer: "dict[str, Any]") -> str:
    said = [layer["material"]] if "material" in layer else []
    said += ["%s µm thick" % as_text(layer["thickness_um"])] if "thickness_um" in layer else []
    said += ["through " + ", ".join(layer["cuts"])] if layer.get("cuts") else []
    return ", ".join([*said, *(["filled with " + layer["fill"]] if "fill" in layer else [])]) or "–"


def _rule(tech: Technology, rule: Rule) -> "list[str]":
    kind, limit = KINDS[rule["check"]], _limit(tech, rule)
    severity = "guideline, not checked" if rule["check"] == "guideline" else rule.get("severity", "error")
    lines = ['<div class="rule" id="%s">' % _anchor(rule), '<div class="said">', "<h3>%s</h3>" % _escaped(rule["id"]), "<p>%s</p>" % _escaped(rule["title"])]
    lines += ['<p class="limit">%s</p>' % _escaped(limit)] if limit else []
    lines += ['<p class="small"><span class="%s">%s</span> · <code>%s</code>: %s</p>' % (severity.split(",")[0], severity, kind.name, re.sub("`([^`]*)`", r"<code>\1</code>", _escaped(kind.means)))]
    lines += ['<p class="small">%s</p>' % _escaped(text) for text in _asides(rule)]
    return [*lines, "</div>", _harmless(figure(tech, rule)), "</div>"]


def _limit(tech: Technology, rule: Rule) -> str:
    """'via in contact: at least 0.1 µm'"""
    between = " ".join([rule["layer"], *("%s %s" % (word, rule[key]) for key, word in (("by", "inside"), ("to", "to")) if key in rule)]) if "layer" in rule else ""
    value = "%s µm" % as_text(tech.grid_um) if rule["check"] == "grid" else limit_in_words(rule)
    return ": ".join(part for part in (between, value) if part)


def _asides(rule: Rule) -> "list[str]":
    """When it runs, what else is said of it, and where it comes from."""
    said = ["Only where %s is drawn." % rule["when"]] if "when" in rule else []
    said += ["Tolerance %s µm." % as_text(rule["tolerance_um"])] if rule.get("tolerance_um") and rule["check"] != "shape" else []
    said += [rule["note"]] if "note" in rule else []
    return [*said, "Source: %s" % rule.get("source", "not stated")]
