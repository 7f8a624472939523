"""A password is long, and nothing that an attacker tries first."""

import pytest

from supporters.sign_in.password_rules import PasswordFault, find_password_fault

OWN = ["lea.demoulin@parti.example", "Léa Démoulin"]
PARTY = ["Parti de l’Exemple"]


def fault(password: str) -> PasswordFault | None:
    """Return the fault of a password of Léa, of the Parti de l'Exemple."""
    return find_password_fault(password, own=OWN, party=PARTY)


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
