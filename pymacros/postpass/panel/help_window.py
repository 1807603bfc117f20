"""The window that shows the documentation: pages of docs/, their links and pictures. Qt widgets, no arithmetic."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pya

from .. import files, records
from ..draw.choices import CommandError
from . import manual
from .fields import pixels

_SIZE = 760, 800  # pixels
_PICTURE = 0.9  # of the width of the page
_PAGES, _TEXTS = (".md",), (".csv", ".json", ".py", ".txt", ".sh")  # what is shown as a page, and as it is


class HelpWindow:
    """`guarded`: see Panel. The widget stays open beside the layout."""

    def __init__(self, window: Any, guarded: Callable[..., bool]) -> None:
        self.guarded = guarded
        self.shown: manual.Target | None = None
        self.before: list[tuple[manual.Target, int]] = []  # pages that Back leads to, and how far they were scrolled
        self.widget = pya.QDialog(window)
        self.widget.setObjectName("postpass_help")
        self.widget.resize(*_SIZE)
        column = pya.QVBoxLayout(self.widget)
        row = pya.QHBoxLayout()
        self.back, self.contents, self.close = (self._button(text, key, function) for text, key, function in (
            ("&Back", "back", self.back_clicked), ("&Contents", "contents", lambda: self.show(manual.of_page(""))), ("Close", "close", self.widget.close)))
        for button in (self.back, self.contents):
            row.addWidget(button, 0)
        row.addStretch(1)
        row.addWidget(self.close, 0)
        self.browser = pya.QTextBrowser(self.widget)
        self.browser.setObjectName("postpass_help_browser")
        self.browser.openLinks = False
        self.browser.anchorClicked = lambda url: self.guarded(self.follow, pixels(url.toString))
        column.addWidget(self.browser, 1)
        column.addLayout(row)

    def _button(self, text: str, key: str, function: Callable[[], Any]) -> Any:
        button = pya.QPushButton(text, self.widget)
        button.setObjectName("postpass_help_" + key)
        button.autoDefault = False
        button.clicked = lambda: self.guarded(function)
        return button

    def show(self, target: manual.Target) -> None:
        """Shows a place of the documentation, with the window in front. Raises CommandError where the file cannot be read."""
        text = _text(target.path) if self.shown is None or target.path != self.shown.path else None
        if not self.widget.isVisible():
            self.before = []
        elif self.shown != target:
            self.before.append((self.shown, self._bar().value))
        self.widget.show()  # before the page: it is as wide as the window
        self.widget.activateWindow()
        self._turn(target, text)

    def _turn(self, target: manual.Target, text: str | None) -> None:
        if text is not None:
            self._fill(target.path, text)
        self.shown = target
        self.back.enabled = bool(self.before)
        if target.place:
            self.browser.scrollToAnchor(target.place)
        else:
            self._bar().value = 0

    def _bar(self) -> Any:
        return self.browser.verticalScrollBar

    def _fill(self, path: str, text: str) -> None:
        self.widget.windowTitle = "Post-passivation: %s" % os.path.basename(path)
        self.browser.setSearchPaths([os.path.dirname(path)])
        if path.endswith(_PAGES):
            width = int(_PICTURE * pixels(self.browser.width))
            self.browser.setHtml(manual.as_html(text, width))
        else:
            self.browser.setPlainText(text)

    def follow(self, link: str) -> None:
        """What a click on a link shows. Raises CommandError where there is nothing."""
        target = manual.target(self.shown.path, link)
        if target.address or not target.path.endswith(_PAGES + _TEXTS):
            url = pya.QUrl(target.address) if target.address else pya.QUrl.fromLocalFile(target.path)
            if not target.address and not os.path.exists(target.path):
                raise CommandError("%s: no such file" % target.path)
            pya.QDesktopServices.openUrl(url)
            return
        self.show(target)

    def back_clicked(self) -> None:
        """The page before, as it was left."""
        if self.before:
            target, scrolled = self.before.pop()
            self._turn(target, _text(target.path) if target.path != self.shown.path else None)
            self._bar().value = scrolled
            self.back.enabled = bool(self.before)


def _text(path: str) -> str:
    return records.read_text(path, "page", files.FileError)
