"""An answer of a witness that is no cosignature of its key is told and not stored (ADR 135)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from supporters import clock
from supporters.audit.witness_watch import tell
from supporters.database import db
from supporters.transparency_log.models import LogCosignature, WitnessFailure
from supporters.transparency_log.witness_rounds import ask_witnesses
from tests.audit.witnesses.witnessed_log import LINE, answer_with, refusals, state
from tests.servers.log_witness import LogWitness, Reply

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("log")]


def body_in(request: str) -> str:
    """Return the three lines of the checkpoint in a request."""
    return request.partition("\n\n")[2].partition("\n\n")[0] + "\n"


def sign_with_another_key(witness: LogWitness, text: str) -> Reply:
    witness.key = Ed25519PrivateKey.generate()
    return Reply(200, witness.sign(body_in(text)).encode())


def sign_another_text(witness: LogWitness, text: str) -> Reply:
    return Reply(200, witness.sign("elsewhere.example/log\n1\nAAAA\n").encode())


def sign_in_the_future(witness: LogWitness, text: str) -> Reply:
    witness.clock = lambda: clock.now() + timedelta(hours=1)
    return Reply(200, witness.sign(body_in(text)).encode())


UNUSABLE, SILENT = WitnessFailure.UNUSABLE, WitnessFailure.SILENT


@pytest.mark.parametrize(
    ("odd", "failure"),
    [
        (answer_with(200), UNUSABLE),
        (answer_with(200, b"\xff\xfe no text"), UNUSABLE),
        (answer_with(200, LINE.encode()), UNUSABLE),
        (answer_with(200, LINE.encode() * 100_000), UNUSABLE),
        (answer_with(409, b"no number"), UNUSABLE),
        (answer_with(409, b"0\n"), UNUSABLE),
        (answer_with(409, b"1" * 400), UNUSABLE),
        (answer_with(400), UNUSABLE),
        (answer_with(302, b"", (("Location", "/witness/add-checkpoint"),)), UNUSABLE),
        (answer_with(403), WitnessFailure.KEY_REFUSED),
        (answer_with(404), WitnessFailure.UNKNOWN_LOG),
        (answer_with(422), WitnessFailure.FORKED),
        (answer_with(500), SILENT),
        (answer_with(429), SILENT),
        (sign_with_another_key, UNUSABLE),
        (sign_another_text, UNUSABLE),
        (sign_in_the_future, UNUSABLE),
    ],
)
def test_an_answer_that_is_no_cosignature_is_told_and_not_stored(
    witness: LogWitness, odd: Callable[[LogWitness, str], Reply], failure: WitnessFailure
) -> None:
    witness.odd = odd
    assert ask_witnesses(tell) == 0
    assert (state().failure, db.session.query(LogCosignature).count()) == (failure, 0)
    assert refusals() == ([] if failure is SILENT else [failure])
    assert len(witness.asked) == 1
