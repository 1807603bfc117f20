"""Paths and fixtures of the engine tests."""
import importlib.util
import os
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "pymacros"), HERE]


@pytest.fixture(scope="session")
def shared():
    """The folder of the shared routing cases, or a skip that says where it was looked for."""
    base = os.environ.get("POSTPASS_SHARED") or os.path.join(os.path.dirname(ROOT), "shared")
    folder = os.path.join(base, "benchmarks", "routing")
    if not os.path.exists(os.path.join(folder, "judge.py")):
        pytest.skip(f"no routing cases in {folder} (set POSTPASS_SHARED)")
    return folder


@pytest.fixture(scope="session")
def judge(shared):
    """The shared judge as a module, or a skip when its library is missing."""
    pytest.importorskip("klayout.db", reason="the shared judge needs the klayout Python module")
    spec = importlib.util.spec_from_file_location("routing_judge", os.path.join(shared, "judge.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
