"""The folders of the user's technologies: one text of the application's configuration, as in POSTPASS_TECH_PATH. No Qt, no KLayout."""

from __future__ import annotations

import os
from typing import Any

from ..draw.choices import CommandError
from ..tech import places

CONFIGURATION = "postpass-tech-folders"


class TechFolders:
    """`application`: answers get_config(name) and set_config(name, text), as the main window does."""

    def __init__(self, application: Any) -> None:
        self.application = application

    def folders(self) -> list[str]:
        """The folders, in the order in which they are searched."""
        return [folder for folder in (self.application.get_config(CONFIGURATION) or "").split(os.pathsep) if folder.strip()]

    def look(self) -> None:
        """Technologies are found in these folders from now on."""
        places.set_folders(self.folders(), places.SETTING)

    def add(self, folder: str) -> str:
        """Puts a folder at the end, once. Returns its path. Raises CommandError for one that cannot be searched or kept."""
        folder = os.path.abspath(os.path.expanduser(folder))
        problem = places.problem_of(folder)
        if problem:
            raise CommandError("%s %s: choose another one" % (folder, problem))
        if os.pathsep in folder or not folder.isprintable():
            raise CommandError("%s cannot be kept, because its name holds %s: choose another one" % (
                folder, "'%s', which stands between folders" % os.pathsep if os.pathsep in folder else "a letter that does not show"))
        if folder not in map(os.path.abspath, map(os.path.expanduser, self.folders())):
            self._put([*self.folders(), folder])
        return folder

    def remove(self, folder: str) -> None:
        """Takes a folder out of the setting; the folder itself stays."""
        self._put([one for one in self.folders() if one != folder])

    def _put(self, folders: list[str]) -> None:
        self.application.set_config(CONFIGURATION, os.pathsep.join(folders))
        self.look()
