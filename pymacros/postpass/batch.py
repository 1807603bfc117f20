"""What the deck's batch run, written in Ruby, asks of Python: files and layouts. One run a process.

Every function that `answering` marks returns [answer, None], or [None, sentence] where the run cannot go on: exceptions
lose their kind on the way from Python to Ruby.
"""

import contextlib
import functools
import os

from . import console, files, layout_file
from . import tech as technologies
from .messages import Refusal
from .tech.sources import sources

#: what this process holds while Ruby works: the files of the run, its layout (Ruby does not keep it alive), signals that wait
_files, _layouts, _waiting = None, [], contextlib.ExitStack()


def answering(function):
    @functools.wraps(function)
    def asked(*arguments):
        try:
            return [function(*arguments), None]
        except Refusal as error:
            return [None, str(error)]
    return asked


@answering
def begin(outputs, inputs, technology=None):
    """Announces the files of the run: {role: path or None} of results to write, [[role, path or None]] of files to read. Older results are set aside."""
    global _files
    console.prepare()
    read = [files.Input(role, path) for role, path in inputs if path]
    read += [files.Input("technology file", path) for path in (sources(technology) if technology else ())]
    _files = files.Outputs([files.Output(role, os.path.expanduser(path), True) for role, path in outputs.items() if path is not None], read)
    _files.set_aside()


@answering
def read(path):
    _layouts.append(layout_file.read(path or ""))
    return _layouts[-1]


@answering
def top_cell(layout, name):
    return layout_file.top_cell(layout, name)


@answering
def require_sound(cell, technology_path):
    layout_file.require_sound(cell, technologies.load(technology_path))


@answering
def start_writing():
    """From here to `stop_writing` signals wait."""
    _waiting.enter_context(console.uninterrupted())


@answering
def part(role):
    """The partial file to write to."""
    return _files.part(role)


@answering
def take_names():
    """Every partial file that was asked for takes its name."""
    _files.take_names({"report": files.require_ending(b"</report-database>")})


@answering
def stop_writing():
    if _files:
        _files.remove_partial()
    _waiting.close()


@answering
def kept():
    """Sentences on older results that were set aside, for a run that failed."""
    return _files.told() if _files else []
