"""A password is long and not guessed first; a process hashes at most two at once."""

from threading import Lock as ThreadLock
from time import monotonic, sleep

import pytest
from flask import Flask

from supporters.sign_in import password_hashing
from supporters.sign_in.password_hashing import LimitedHashing, PasswordsBusy
from supporters.sign_in.password_rules import PasswordFault, find_password_fault
from tests.machinery.threads import at_once

OWN = ["lea.demoulin@parti.example", "Léa Démoulin"]
PARTY = ["Parti de l’Exemple"]
EASY_GUESSES = [
    ("xK9$mPq2vLw", PasswordFault.TOO_SHORT),
    ("", PasswordFault.TOO_SHORT),
    ("kfw9 Tq#2" * 15, PasswordFault.TOO_LONG),
    ("aaaaaaaaaaaa", PasswordFault.REPEATED),
    ("azertyazerty", PasswordFault.REPEATED),
    ("été été été été", PasswordFault.REPEATED),
    ("azertyuiop123456", PasswordFault.SEQUENCE),
    ("abcdefghijklmnop", PasswordFault.SEQUENCE),
    ("987654321098", PasswordFault.SEQUENCE),
    ("administrator", PasswordFault.COMMON),
    ("Unbelievable", PasswordFault.COMMON),
    ("motdepasse1789", PasswordFault.COMMON),
    ("P@ssw0rd!2026", PasswordFault.COMMON),
    ("!!marseille2026", PasswordFault.COMMON),
    ("240219862402", PasswordFault.COMMON),
    ("Parti de l’Exemple", PasswordFault.PARTY_NAME),
    ("partidelexemple2026", PasswordFault.PARTY_NAME),
    ("EXEMPLE-2026!", PasswordFault.PARTY_NAME),
    ("leademoulin2026!", PasswordFault.OWN_NAME),
    ("Démoulin-1986!", PasswordFault.OWN_NAME),
    ("lea.demoulin@parti.example", PasswordFault.OWN_NAME),
]


def fault(password: str) -> PasswordFault | None:
    """Return the fault of a password of Léa, of the Parti de l'Exemple."""
    return find_password_fault(password, own=OWN, party=PARTY)


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


@pytest.mark.parametrize(
    "password",
    [
        "un deux trois soleil",
        "correct horse battery staple",
        "xK9$mPq2vLw8",
        "twelve signs",
        "été à Brest, 7 h",
        "密碼是一個很長的句子喔對",
        "poisson bleu",
        "🦊 sous la lune bleue",
        "x" + "kfw9 Tq#2" * 14,
    ],
)
def test_any_characters_are_fine_if_they_are_long_enough(password: str) -> None:
    assert fault(password) is None


def test_an_easy_guess_is_refused_with_its_reason() -> None:
    faults = [
        f"{password}: {found}, not {expected}"
        for password, expected in EASY_GUESSES
        if (found := fault(password)) is not expected
    ]
    assert not faults


def test_a_name_with_enough_beside_it_is_fine() -> None:
    assert fault("Démoulin mange huit pommes") is None


@pytest.mark.parametrize("names", [[], [""], ["é"], ["🦊"]])
def test_a_short_or_missing_name_refuses_nothing(names: list[str]) -> None:
    assert find_password_fault("un deux trois soleil", own=names, party=names) is None


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
