"""A process hashes at most two passwords at once, and says so when it has no time."""

from threading import Lock as ThreadLock
from time import sleep

import pytest
from flask import Flask

from supporters.organisers import password_hashing
from supporters.organisers.password_hashing import LimitedHashing, PasswordsBusy
from tests.threads import at_once


class SlowHashing:
    """Counts how many hashes are made at once."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = ThreadLock(), 0, 0

    def hash(self, password: str) -> str:
        """Take a moment."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        sleep(0.02)
        with self.lock:
            self.now -= 1
        return password


def test_sixteen_sign_ins_at_once_hash_two_passwords_at_a_time(app: Flask) -> None:
    slow = SlowHashing()
    limited = LimitedHashing(slow)
    assert at_once(app, lambda: limited.hash("x"), workers=16) == ["x"] * 16
    assert slow.most == 2


def test_a_hash_that_finds_no_place_in_time_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password_hashing, "LONGEST_WAIT", 0.01)
    limited = LimitedHashing(SlowHashing())
    with pytest.raises(PasswordsBusy):
        at_once(app, lambda: [limited.hash("x") for _ in range(20)], workers=16)


def test_every_hash_of_the_application_is_limited(app: Flask) -> None:
    assert isinstance(app.extensions["security"].pwd_context, LimitedHashing)
