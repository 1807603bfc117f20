"""The last revision whose deck was Ruby, taken from the repository's own history, to be measured beside today's."""

import os
import subprocess
import tarfile

REVISION = "85bf4af2bf7e24e74ed474f585cdd3466a1b47d8"
DECK = os.path.join("drc", "postpass.lydrc")


def deck(root, folder):
    """Path of that deck, unpacked into the folder; None where the history does not reach back so far."""
    try:
        name = _git(root, "rev-parse", "--verify", "--quiet", REVISION + "^{commit}").decode().strip()
        unpacked = os.path.join(folder, "ruby_" + REVISION[:8])
        path = os.path.join(unpacked, DECK)
        if not os.path.exists(path):
            archive = unpacked + ".tar"
            with open(archive, "wb") as file:
                file.write(_git(root, "archive", name))
            with tarfile.open(archive) as file:
                file.extractall(unpacked)
            os.remove(archive)
    except (OSError, subprocess.CalledProcessError):
        return None
    return path


def _git(root, *arguments):
    return subprocess.run(("git", "-C", root) + arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
