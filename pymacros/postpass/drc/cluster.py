"""A check spread over the workers of Dask distributed: on this machine, or wherever a scheduler has some (docs/scale.md).

Every worker reads the file once and keeps it. It is given windows: their geometry, and what conducts in them, which is put
together here to nets (conductors/stitching.py). A window whose worker dies is given to another one; when too many die of it, the
check ends with a sentence. Whatever the windows find becomes one result, that of a single run.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import io
import os
import queue
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pya

from .. import layout_file, strings
from ..conductors.figures import Figures
from ..messages import Refusal
from . import windows
from .drawing import Drawing
from .findings import CannotCheck
from .kinds import KINDS
from .plan import Plan, Wishes, side_um, whole_number
from .report import Report
from .run import Checked, Result, Run, layers_to_check, place_and_text, prepared, rules_for

MOST_WORKERS = 1024
LOSSES = 3           # workers that may die of one window
PATIENCE = 60        # seconds until a scheduler has a worker
LOST_SCHEDULER = "the connection to the scheduler was lost: nothing is written"
SLOW = "3600s"       # a worker deep in a window answers nobody
_SETTINGS = {"distributed.scheduler.allowed-failures": LOSSES, "distributed.scheduler.worker-ttl": None, "distributed.scheduler.worker-saturation": 3.0,
             "distributed.comm.timeouts.connect": SLOW, "distributed.comm.timeouts.tcp": SLOW, "distributed.admin.tick.limit": SLOW,
             "distributed.worker.profile.enabled": False,  # looks at the stack a hundred times a second: a tenth of the worker's time
             "distributed.worker.daemon": True, "distributed.nanny.pre-spawn-environ.OPENBLAS_NUM_THREADS": 1}


class Wanted(NamedTuple):
    """Where to run: processes of this machine, or the scheduler's workers; `side_um`: of the windows, or None."""

    workers: "int | None" = None
    scheduler: "str | None" = None
    side_um: "float | None" = None

    @classmethod
    def read(cls, workers: "str | None" = None, scheduler: "str | None" = None, side: "str | None" = None) -> Wanted:
        """From the texts of a command line. Raises CannotCheck."""
        if workers and scheduler:
            raise CannotCheck("give workers= for processes of this machine, or scheduler= for those of a cluster, not both")
        if side and not (workers or scheduler):
            raise CannotCheck("side=%s is the side of the windows that workers= or scheduler= share: give one of these" % side)
        return cls(whole_number("workers", workers, MOST_WORKERS), scheduler or None, side_um("side", "a window", side, windows.LEAST_SIDE_UM))

    def __bool__(self) -> bool:
        return bool(self.workers or self.scheduler)


class Lost(CannotCheck):
    """A task that its workers did not survive."""


class Job(NamedTuple):
    """What a worker must know of a run, and what must be the same there."""

    path: str
    content: str
    code: str
    topcell: str
    technology: Any
    plan: Plan
    families: "tuple[str, ...]"


def checked_report(path: str, topcell: "str | None", technology: Any, wishes: Wishes, wanted: Wanted) -> Report:
    """The Report of one run on a layout file. Raises Refusal."""
    distributed = _distributed()
    if wishes.window_um:
        raise CannotCheck("window= checks a part of the layout in one run: leave it or workers= and scheduler= out")
    layout = layout_file.read(path)
    cell = layout_file.top_cell(layout, topcell)
    run = prepared(cell, technology, wishes if wishes.threads else wishes._replace(threads=1))
    job = Job(os.path.abspath(path), content(path), code(), strings.cell_name(cell), technology, run.plan, wishes.families)
    with _client(distributed, wanted) as client:
        checked = _Spread(distributed, client, run, job, wanted.side_um).checked()
    report = Report(checked, strings.path(path), wishes.families)
    report.layout = layout  # the report's cells live as long as their layout
    return report


@functools.cache
def code() -> str:
    """A checksum of this program: workers must run the same one, by the same KLayout."""
    folder, sums = os.path.dirname(os.path.dirname(os.path.abspath(__file__))), hashlib.sha256(pya.__version__.encode())
    for place in sorted(os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(".py")):
        with open(place, "rb") as file:
            sums.update(file.read())
    return sums.hexdigest()


def content(path: str) -> str:
    """A checksum of a file."""
    sums = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            sums.update(part)
    return sums.hexdigest()


def _distributed() -> Any:
    try:
        import dask  # noqa: F401
        import distributed
    except ImportError as error:
        raise CannotCheck("workers= and scheduler= need %s: pip install 'postpass[cluster]'" % error.name) from None
    return distributed


def client(wanted: Wanted) -> "contextlib.AbstractContextManager[Any]":
    """A client of the workers, until the block ends, that give each no more than one task at a time: what waits behind a task that ends its worker
    would count as its cause. Raises CannotCheck."""
    return _client(_distributed(), wanted, {"distributed.scheduler.worker-saturation": 1.0})


def result_of(client: Any, future: Any) -> Any:
    """What a task comes to. Raises Lost where its workers died of it, CannotCheck when no worker is left for a while."""
    next(_as_they_come(client, [future], lambda: "nothing is written"))
    try:
        return _value(future)
    except _distributed().KilledWorker:
        raise Lost("its worker died, %d times one after the other, for want of memory perhaps: check it alone" % (LOSSES + 1)) from None


def _as_they_come(client: Any, futures: "list[Any]", missing: "Callable[[], str]") -> "Iterator[Any]":
    """Futures that have ended. Raises CannotCheck, with what is missing, when no worker is left for a while."""
    done: "queue.SimpleQueue[Any]" = queue.SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    left, last = len(futures), time.monotonic()
    while left:
        try:
            future = done.get(timeout=1.0)
        except queue.Empty:
            if time.monotonic() > last + PATIENCE:
                raise CannotCheck("no worker is left for %d s: %s" % (PATIENCE, missing())) from None
            if client.nthreads():
                last = time.monotonic()
            continue
        left, last = left - 1, time.monotonic()
        yield future


def _value(future: Any) -> Any:
    """What a future that has ended came to, or its exception. A client cancels those of a scheduler that it has lost, whose value cannot be asked for."""
    if future.cancelled():
        raise CannotCheck(LOST_SCHEDULER)
    return future.result()


def require_same(known: str) -> None:
    """Raises Refusal where this program or KLayout is another one than where `code()` said this."""
    if code() != known:
        raise Refusal("the worker on %s runs another version of this program or of KLayout: install the same" % socket.gethostname())


def require_same_file(path: str, known: str) -> None:
    """Raises Refusal where a file holds something else than where `content()` said this."""
    if not os.path.exists(path) or content(path) != known:
        raise Refusal("the worker on %s has another file %s than this machine, or none: every worker must see the same file" % (socket.gethostname(), strings.path(path)))


@contextlib.contextmanager
def _client(distributed: Any, wanted: Wanted, settings: "Mapping[str, Any]" = MappingProxyType({})) -> "Iterator[Any]":
    import logging

    import dask
    with dask.config.set({**_SETTINGS, **settings}), contextlib.ExitStack() as stack:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is lost is told in one sentence
        address = wanted.scheduler
        if wanted.workers:
            address = stack.enter_context(distributed.LocalCluster(n_workers=wanted.workers, threads_per_worker=1, processes=True, memory_limit=0,
                                                                   dashboard_address=None, silence_logs=logging.CRITICAL))
        try:
            client = stack.enter_context(distributed.Client(address, timeout=PATIENCE, set_as_default=False))
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise CannotCheck("scheduler=%s: no worker within %d s (%s)" % (address, PATIENCE, str(error) or type(error).__name__)) from None
        try:
            yield client
        except distributed.comm.CommClosedError:
            raise CannotCheck(LOST_SCHEDULER) from None


class _Spread:
    """One run, spread over the workers of a client."""

    def __init__(self, distributed: Any, client: Any, run: Run, job: Job, side_um: "float | None") -> None:
        self._distributed, self._client, self._run, self._job = distributed, client, run, job
        workers = sum(client.nthreads().values())
        self._windows = windows.windows(run.layers.cell, side_um, run.plan.flat_shapes, workers)
        self._shared = client.submit(handed_on, job, priority=20, pure=False)  # sent once; what is scattered would be lost with its worker
        self._done, self._search_seconds, self._spent = 0, 0.0, {rule["id"]: 0.0 for rule in run.rules}
        print("%d windows for %d workers" % (len(self._windows), workers), file=sys.stderr)

    def checked(self) -> Checked:
        run, families = self._run, {KINDS[rule["check"]].family for rule in self._run.rules}
        # nets first: while they are put together here, the workers measure
        parts = self._submit(extracted, 10) if "nets" in families and run.plan.mode != "deep" else {}
        measured = self._submit(measured_in, 0) if "geometry" in families else {}
        self._steps = len(parts) + len(measured)
        drawing = Drawing(run.layers, None, self._stitched(parts), self._measured) if parts else run.drawing
        run.drawing = drawing
        judged = {rule["id"]: run.result(rule) for rule in run.rules if KINDS[rule["check"]].family != "geometry"}
        judged.update(self._geometry(measured))
        return Checked(run.layers, run.plan, drawing, [judged[rule["id"]] for rule in run.rules], self._search_seconds, run.on_layout())

    def _submit(self, work: "Callable[..., Any]", priority: int) -> "dict[Any, int]":
        """{future: number of its window}"""
        sides = [(window.left, window.bottom, window.right, window.top) for window in self._windows]
        futures = self._client.map(work, [self._shared] * len(sides), sides, priority=priority, pure=False, retries=0)
        return {future: number for number, future in enumerate(futures)}

    def _results(self, futures: "dict[Any, int]", what: str) -> "list[Any]":
        """In the order of the windows, whatever the order in which they come. Raises Refusal where one will never come."""
        found: "list[Any]" = [None] * len(futures)
        for future in _as_they_come(self._client, list(futures), self._missing):
            number = futures[future]
            try:
                answer = _value(future)
            except self._distributed.KilledWorker:
                raise CannotCheck("window %d of %d, %s: %d workers died of it, for want of memory perhaps: give smaller windows with side=, or fewer workers" % (
                    number + 1, len(self._windows), what, LOSSES + 1)) from None
            found[number] = answer.value
            future.release()
            self._done += 1
            print("window %d of %d, %s: %.1f s, %.2f s of the processor, on %s (%d of %d)" % (
                number + 1, len(self._windows), what, answer.seconds, answer.processor, answer.place, self._done, self._steps), file=sys.stderr)
        return found

    def _missing(self) -> str:
        return "%d of %d results are missing" % (self._steps - self._done, self._steps)

    def _stitched(self, parts: "dict[Any, int]") -> Any:
        from ..conductors.stitching import Stitched
        return Stitched(self._results(parts, "nets"), self._run.layers.dbu)

    def _measured(self, work: "Callable[[Figures, Figures], list[Any]]", own: Figures, near: Figures, reach: int) -> "list[Any]":
        """What Drawing.measured asks for, window by window."""
        futures: "dict[Any, int]" = {}
        for part in windows.parts(self._windows, own.all(), near.all(), reach):
            futures[self._client.submit(measured_near, part, work, priority=5, pure=False)] = len(futures)
        self._steps += len(futures)
        return [found for answer in self._results(futures, "metal of nets") for found in answer]

    def _geometry(self, measured: "dict[Any, int]") -> "dict[str, Result]":
        rules, answers = _rules(self._run, "geometry"), self._results(measured, "geometry")
        self._search_seconds = sum(seconds for _, seconds in answers)
        found = {}
        for number, rule in enumerate(rules):
            results = [results[number] for results, _ in answers]
            everywhere = [finding for result in results for finding in result.findings]
            found[rule["id"]] = Result(rule, sorted(everywhere, key=place_and_text), sum(result.seconds for result in results))
        return found


def _rules(run: Run, family: str) -> "list[dict[str, Any]]":
    return [rule for rule in run.rules if KINDS[rule["check"]].family == family]


# on the workers

class Answer(NamedTuple):
    """What a window tells. processor: seconds of the processor that it took, fewer than `seconds` where others use it, too."""

    value: Any
    seconds: float
    processor: float
    place: str


_kept: "dict[tuple[str, str, str], Run]" = {}  # the last job's run, with its layout


def handed_on(job: Job) -> Job:
    return job


def measured_in(job: Job, window: "tuple[int, int, int, int]") -> Answer:
    """The geometry of a window."""
    return _answer(lambda: windows.geometry(_kept_run(job), pya.Box(*window)))


def measured_near(part: windows.Part, work: "Callable[[Figures, Figures], list[Any]]") -> Answer:
    """Some figures of a window, whole as they are, and those near them."""
    return _answer(lambda: windows.measured(part, work))


def extracted(job: Job, window: "tuple[int, int, int, int]") -> Answer:
    """What conducts in a window."""
    from ..conductors.extraction import extract
    from ..conductors.nets import wanted

    def work() -> Any:
        run = _kept_run(job)
        return extract(run.layers, pya.Box(*window), wanted(job.technology, windows.layers_of_nets(job.technology.rules)))
    return _answer(work)


def _answer(work: "Callable[[], Any]") -> Answer:
    start, busy = time.monotonic(), time.process_time()
    value = work()
    return Answer(value, time.monotonic() - start, time.process_time() - busy, "%s, process %d" % (socket.gethostname(), os.getpid()))


def _kept_run(job: Job) -> Run:
    """The run of a job, without the rules that are not judged in windows; its file is read when it is first asked for."""
    key = job.content, job.topcell, job.technology.checksum() + repr(job.plan)
    if key not in _kept:
        _kept.clear()
        _kept[key] = _begun(job)
    return _kept[key]


def _begun(job: Job) -> Run:
    require_same(job.code)
    require_same_file(job.path, job.content)
    with contextlib.redirect_stdout(io.StringIO()):  # the machine that asks has told what KLayout says
        layout = layout_file.read(job.path)
    layers, _ = layers_to_check(layout_file.top_cell(layout, job.topcell), job.technology)
    layers.threads = job.plan.threads
    return Run(layers, job.plan, rules_for(layers, ("geometry",)))
