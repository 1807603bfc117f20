"""The documentation as the panel shows it: HTML of the Markdown that is used, and links that lead somewhere."""

import os
import re

import pytest

from postpass.panel import manual
from postpass.panel.manual import as_html, target

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGES = [os.path.join("docs", name) for name in sorted(os.listdir(os.path.join(ROOT, "docs"))) if name.endswith(".md")] + ["README.md", "CONTRIBUTING.md"]


def shown(path):
    with open(path, encoding="utf-8") as file:
        return as_html(file.read(), 500)


def body(text):
    return as_html(text, 500)[len("<html><body>"):-len("</body></html>")]


@pytest.mark.parametrize("text, expected", [
    ("# One *two*", '<h1><a name="one-two"></a>One <i>two</i></h1>'),
    ("a\nb\n\nc", "<p>a b</p>\n<p>c</p>"),
    ("- one\n  more\n- **two**\n\ntext", "<ul><li>one more</li><li><b>two</b></li></ul>\n<p>text</p>"),
    ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
    ("```\na < *b*\n\n# c\n```\nd", '<pre style="white-space: pre-wrap">a &lt; *b*\n\n# c</pre>\n<p>d</p>'),
    ("`a*b*c` and *d*, 2 * 3 * 4", "<p><code>a*b*c</code> and <i>d</i>, 2 * 3 * 4</p>"),
    ("[fan-out](fan-out.md#pairs) <b>", '<p><a href="fan-out.md#pairs">fan-out</a> &lt;b&gt;</p>'),
    ("![A picture](pictures/a.png)", '<p><img src="pictures/a.png" width="500" alt="A picture"></p>'),
    ("> one\n> two", "<blockquote>one two</blockquote>"),
    ("| A | B |\n|---|---|\n| `x|y` | 1 |", manual._TABLE + "<tr><th>A</th><th>B</th></tr><tr><td><code>x|y</code></td><td>1</td></tr></table><p></p>"),
])
def test_markdown_becomes_html(text, expected):
    assert body(text) == expected


def test_a_fence_that_is_never_closed_ends_with_the_page():
    assert body("```\na") == '<pre style="white-space: pre-wrap">a</pre>'


@pytest.mark.parametrize("page", PAGES)
def test_no_mark_is_left_over(page):
    words = re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", shown(os.path.join(ROOT, page)), flags=re.S)
    assert not re.findall(r"\*\*|^#|\]\(|\x00|^\||```", words, flags=re.M)


@pytest.mark.parametrize("page", PAGES)
def test_links_and_pictures_lead_somewhere(page):
    path = os.path.join(ROOT, page)
    links = re.findall(r'(?:href|src)="([^"]*)"', shown(path))
    for one in [target(path, link) for link in links]:
        assert one.address.startswith("http") or os.path.exists(one.path), one
        assert not one.place or '<a name="%s"></a>' % one.place in shown(one.path), one


@pytest.mark.parametrize("title", ["Draw", "Nets", "Fan out", "Check", "Stack"])
def test_each_page_of_the_panel_has_its_place(title):
    found = manual.of_page(title)
    assert os.path.samefile(os.path.dirname(found.path), os.path.join(ROOT, "docs"))
    assert not found.place or '<a name="%s"></a>' % found.place in shown(found.path)
    assert (title == "Fan out") == found.path.endswith("fan-out.md")


def test_links_are_read():
    assert target("/x/docs/a.md", "b.md#c") == ("/x/docs/b.md", "c", "")
    assert target("/x/docs/a.md", "#c") == ("/x/docs/a.md", "c", "")
    assert target("/x/docs/a.md", "../README.md") == ("/x/README.md", "", "")
    assert target("/x/docs/a.md", "https://klayout.de/#x") == ("", "", "https://klayout.de/#x")


def test_a_package_without_documentation_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(manual, "_FOLDER", str(tmp_path / "docs"))
    with pytest.raises(manual.CommandError, match="The documentation is not there: it belongs into"):
        manual.of_page("Draw")
