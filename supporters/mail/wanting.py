"""Asks at the last moment whether a letter may still leave (REQ-35).

Those who write letters that nobody asked for say here how to tell, by the kind of letter.
"""

import json
from collections.abc import Callable

from supporters.extensions import current_sealer
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Values
from supporters.sealing import SealBroken

Check = Callable[[Letter, str, Values], bool]

_CHECKS: dict[LetterKind, Check] = {}
_WAITS: dict[LetterKind, Callable[[], bool]] = {}


def asked_before_sending(kind: LetterKind) -> Callable[[Check], Check]:
    """Have a function tell of each letter of a kind, its recipient and values, if it may leave."""

    def register(check: Check) -> Check:
        _CHECKS[kind] = check
        return check

    return register


def is_wanted(letter: Letter) -> bool:
    """Tell whether an open letter may leave; one that can't be read is found out by its sender."""
    check = _CHECKS.get(letter.kind)
    if check is None or letter.sealed is None:
        return True
    try:
        content = json.loads(current_sealer().open(letter.sealed))
    except (SealBroken, ValueError):
        return True
    return check(letter, content["recipient"], content["values"])


def waits_while(*kinds: LetterKind) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Have letters of some kinds wait in the outbox as long as a function says so."""

    def register(is_so: Callable[[], bool]) -> Callable[[], bool]:
        _WAITS.update(dict.fromkeys(kinds, is_so))
        return is_so

    return register


def must_wait(kind: LetterKind) -> bool:
    """Tell whether letters of a kind must wait at present."""
    is_so = _WAITS.get(kind)
    return is_so is not None and is_so()


def list_waiting_kinds() -> list[LetterKind]:
    """Return the kinds of letters that must wait at present."""
    return [kind for kind in _WAITS if must_wait(kind)]
