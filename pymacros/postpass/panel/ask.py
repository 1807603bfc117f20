"""Questions for a file, a folder, yes or no: the dialogs of the system, in one place, so that a test can answer instead."""

from __future__ import annotations

import os
from collections.abc import Sequence

import pya


def open_file(title: str, kinds: str, folder: str = "") -> str | None:
    """A file that is there, or None. kinds: "Archives (*.zip)"; folder: where to begin."""
    return pya.QFileDialog.getOpenFileName(pya.MainWindow.instance(), title, folder, kinds + ";;All files (*)") or None


def save_file(title: str, kinds: str, ending: str, suggested: str = "") -> str | None:
    """A file to write, which the user wants written over if it is there, or None. ending: what its name gets where it has another one."""
    path = pya.QFileDialog.getSaveFileName(pya.MainWindow.instance(), title, suggested, kinds)
    if not path:
        return None
    if not path.lower().endswith(ending):
        path += ending
        if not may_be_written(title, path):  # the dialog asked for another name
            return None
    return path


def save_list(title: str, kinds: Sequence[str], suggested: str = "") -> tuple[str, str]:
    """(a file to write, the kind that was chosen), ("", "") for none: the name may have no ending yet. kinds: "Tables (*.csv)"."""
    kind = pya.Value(kinds[0])
    path = pya.QFileDialog.getSaveFileName(pya.MainWindow.instance(), title, suggested, ";;".join(kinds), kind)
    return (path, str(kind.value)) if path else ("", "")


def may_be_written(title: str, path: str, what: str = "") -> bool:
    """Whether there is no file of that name, or the user wants it written over. what: is in it, where the user did not name it."""
    return not os.path.lexists(path) or yes(title, "%s is there already%s. Write over it?" % (path, ", " + what if what else ""))


def folder(title: str, begin: str = "") -> str | None:
    """A folder that is there, or None."""
    return pya.QFileDialog.getExistingDirectory(pya.MainWindow.instance(), title, begin) or None


def yes(title: str, question: str) -> bool:
    """Whether the user says Yes."""
    return pya.MessageBox.question(title, question, pya.MessageBox.Yes + pya.MessageBox.No) == pya.MessageBox.Yes
