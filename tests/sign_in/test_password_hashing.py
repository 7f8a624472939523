"""A process hashes at most two passwords at once, and says so when it has no time."""

from threading import Lock as ThreadLock
from time import monotonic, sleep

import pytest
from flask import Flask

from supporters.sign_in import password_hashing
from supporters.sign_in.password_hashing import LimitedHashing, PasswordsBusy
from tests.machinery.threads import at_once


class SlowHashing:
    """Counts how many hashes are made at once."""

    def __init__(self, takes: float = 0.02) -> None:
        self.takes = takes
        self.lock, self.now, self.most = ThreadLock(), 0, 0

    def hash(self, password: str) -> str:
        """Take a moment."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(self.takes)
        with self.lock:
            self.now -= 1
        return password


def test_of_sixteen_sign_ins_at_once_two_hash_one_waits_and_the_others_leave_at_once(
    app: Flask,
) -> None:
    slow = SlowHashing(takes=0.8)
    limited = LimitedHashing(slow)

    def try_one() -> tuple[str, float]:
        began = monotonic()
        try:
            return limited.hash("x"), monotonic() - began
        except PasswordsBusy:
            return "busy", monotonic() - began

    outcomes = at_once(app, try_one, workers=16)
    assert [each for each, _ in outcomes].count("x") == 3
    assert max(took for each, took in outcomes if each == "busy") < 0.4
    assert slow.most == 2


def test_a_place_is_free_again_after_each_hash_and_each_refusal(app: Flask) -> None:
    limited = LimitedHashing(SlowHashing())
    for _ in range(3):
        assert at_once(app, lambda: limited.hash("x"), workers=3) == ["x"] * 3


def test_a_hash_that_finds_no_place_in_time_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password_hashing, "LONGEST_WAIT", 0.01)
    limited = LimitedHashing(SlowHashing(takes=0.5))
    with pytest.raises(PasswordsBusy):
        at_once(app, lambda: limited.hash("x"), workers=3)


def test_every_hash_of_the_application_is_limited(app: Flask) -> None:
    assert isinstance(app.extensions["security"].pwd_context, LimitedHashing)
