"""The deck that `./run bench drc` measures beside today's comes from the repository's history, or is left out."""

import os
import subprocess

from tests.bench import last_ruby


def test_history_that_does_not_reach_back_gives_no_deck(tmp_path):
    repository = tmp_path / "shallow"
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    assert last_ruby.deck(str(repository), str(tmp_path)) is None


def test_deck_of_the_revision_is_unpacked(tmp_path, monkeypatch):
    repository = str(tmp_path / "whole")
    subprocess.run(["git", "init", "-q", repository], check=True)
    path = os.path.join(repository, last_ruby.DECK)
    os.makedirs(os.path.dirname(path))
    with open(path, "w") as file:
        file.write("deck")
    git = ["git", "-C", repository, "-c", "user.name=a", "-c", "user.email=a@b.c"]
    subprocess.run(git + ["add", "-A"], check=True)
    subprocess.run(git + ["commit", "-q", "-m", "deck"], check=True)
    revision = subprocess.run(git + ["rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    monkeypatch.setattr(last_ruby, "REVISION", revision)
    unpacked = last_ruby.deck(repository, str(tmp_path))
    assert unpacked != path and open(unpacked).read() == "deck"
