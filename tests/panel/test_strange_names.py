"""Names of any bytes in a window: neither Check nor the panel fails on them."""

from tests.files.test_strange_ends import strange
from tests.panel.application import Application


def test_a_window_with_names_that_are_not_utf_8(tmp_path):
    strange(tmp_path)
    seen = Application(tmp_path).observations("scenario_strange.py", "home", POSTPASS_LAYOUT=str(tmp_path / "in.gds"))
    assert seen["stderr"] == ""
    assert seen["check"].startswith("Check: ") and not seen["check"].startswith("Check: 0 errors"), seen
    assert "label line\\x0abreak\\xff lies on no metal" in seen["markers"] and any("10\\xb5A" in text for text in seen["markers"])
    assert "Drew 1 traces." in seen["fan out"]
    assert seen["databases"] >= 1 and seen["check again"].startswith("Check: 0 errors")
