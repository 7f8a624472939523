"""A replaced signing key is reported as one fault, not as one for each entry."""

import pytest
from flask import Flask

from supporters import clock
from supporters.audit.log_verification import verify
from supporters.consent.log_sealing import seal
from tests.audit.keeper.keyed_forgeries import replace_signing_key
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.either_database


@pytest.fixture(autouse=True)
def replaced(app: Flask) -> None:
    """Make a log of three checkpoints, and replace the signing key in the database."""
    mailing_list = make_list()
    for name in ("ada", "bela", "chloe"):
        make_subscriber(f"{name}@example.org", mailing_list)
        seal()
    replace_signing_key()


def found() -> list[tuple[str, str]]:
    """Return the faults that the verification reports, with their tables."""
    return [(each.table, each.what) for each in verify(clock.now()).faults]


def test_a_replaced_key_is_the_only_fault() -> None:
    (keys, outside) = found()
    assert keys[0] == "data_key"
    assert "3 of 3 checkpoints are signed by another key" in keys[1]
    assert (outside[0], "3 checkpoints" in outside[1]) == ("heads.jsonl", True)


def test_a_replaced_key_is_a_fault_after_it_signed_again() -> None:
    make_subscriber("dora@example.org", make_list("lyon", "Lyon"))
    seal()
    (keys, _) = found()
    assert "3 of 4 checkpoints are signed by another key" in keys[1]
