"""Assertions inside the application, where pytest rewrites none: each says what was found and what was expected."""


def equal(found, expected):
    assert found == expected, "found\n  %r\nexpected\n  %r" % (found, expected)


def near(found, expected, within=1e-6):
    assert abs(found - expected) <= within, "found\n  %r\nexpected, within %r\n  %r" % (found, within, expected)


def begins(text, start):
    assert text.startswith(start), "found\n  %r\nexpected to begin with\n  %r" % (text, start)


def ends(text, end):
    assert text.endswith(end), "found\n  %r\nexpected to end with\n  %r" % (text, end)


def holds(whole, part):
    assert part in whole, "found\n  %r\nexpected to hold\n  %r" % (whole, part)


def differs(found, other):
    assert found != other, "found, and expected anything else\n  %r" % (found,)
