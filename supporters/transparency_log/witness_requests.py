"""Asks a witness to sign a checkpoint (C2SP tlog-witness): `add-checkpoint`, and its answers.

No redirect is followed, and no answer is believed: a cosignature counts if the witness's key made
it, and it isn't of the future. The whole exchange takes some seconds at most.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException
from typing import NamedTuple

from supporters import clock
from supporters.crypto.signed_notes import Cosignature, SignatureInvalid
from supporters.settings.witness_policy import Witness
from supporters.transparency_log.limited_posts import MOST_BYTES, post
from supporters.transparency_log.models import WitnessFailure

SIZE = re.compile(rb"(0|[1-9][0-9]{0,17})\n?")
FROM_THE_FUTURE = timedelta(minutes=5)
TROUBLED = 500
BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
FAILURES: Mapping[int, WitnessFailure] = {
    HTTPStatus.NOT_FOUND: WitnessFailure.UNKNOWN_LOG,
    HTTPStatus.FORBIDDEN: WitnessFailure.KEY_REFUSED,
    HTTPStatus.UNPROCESSABLE_ENTITY: WitnessFailure.FORKED,
}


@dataclass(frozen=True)
class WitnessAnswer:
    """A cosignature, or why there is none.

    `size` is the tree that the witness signed last, if it says so. `detail` is for the log.
    """

    cosignature: Cosignature | None = None
    failure: WitnessFailure | None = None
    size: int | None = None
    detail: str = ""


class Submission(NamedTuple):
    """A checkpoint of a size, and how to prove that it extends an earlier size."""

    size: int
    checkpoint: str
    prove: Callable[[int], Sequence[bytes] | None]


def submit(witness: Witness, submission: Submission, old: int) -> WitnessAnswer:
    """Ask a witness to sign a checkpoint. `old` is the size that it has probably signed last.

    If it says that it has signed another one, it is asked once more with that size.
    """
    answer = _ask(witness, submission, old)
    if answer.size is None or answer.failure is not None:
        return answer
    return _ask(witness, submission, answer.size)


def _ask(witness: Witness, submission: Submission, old: int) -> WitnessAnswer:
    path = [] if old in {0, submission.size} else submission.prove(old)
    if path is None:
        return WitnessAnswer(failure=WitnessFailure.AHEAD, size=old)
    proof = "".join(f"{base64.b64encode(step).decode()}\n" for step in path)
    try:
        status, body = post(
            f"{witness.url.rstrip('/')}/add-checkpoint",
            f"old {old}\n{proof}\n{submission.checkpoint}".encode(),
            "text/plain; charset=utf-8",
        )
    except (OSError, HTTPException, ValueError) as error:
        return WitnessAnswer(failure=WitnessFailure.SILENT, detail=type(error).__name__)
    if status == HTTPStatus.OK:
        return _read_lines(witness, submission.checkpoint, body)
    if status == HTTPStatus.CONFLICT:
        return _read_conflict(body, old, submission.size)
    is_busy = status >= TROUBLED or status in BUSY
    other = WitnessFailure.SILENT if is_busy else WitnessFailure.UNUSABLE
    return WitnessAnswer(failure=FAILURES.get(status, other), detail=str(status))


def _read_conflict(body: bytes, old: int, size: int) -> WitnessAnswer:
    """Read the size in an answer of 409.

    The size that was asked for is no conflict, unless it is that of the checkpoint: then the
    witness has signed another root of it.
    """
    match = SIZE.fullmatch(body)
    told = int(match[1]) if match else old
    failure = None
    if told > size:
        failure = WitnessFailure.AHEAD
    elif told == old:
        failure = WitnessFailure.FORKED if match and told == size else WitnessFailure.UNUSABLE
    return WitnessAnswer(failure=failure, size=told, detail=str(HTTPStatus.CONFLICT.value))


def _read_lines(witness: Witness, checkpoint: str, body: bytes) -> WitnessAnswer:
    """Return the witness's own cosignature in an answer of 200; other lines count for nothing."""
    unusable = WitnessFailure.UNUSABLE
    if len(body) > MOST_BYTES:
        return WitnessAnswer(failure=unusable, detail="an answer that is too long")
    signed = checkpoint.partition("\n\n")[0] + "\n"
    try:
        lines = body.decode().split("\n")
        found = witness.verifier.find_cosignature(lines, signed)
    except (SignatureInvalid, UnicodeDecodeError):
        return WitnessAnswer(failure=unusable, detail="a wrong signature")
    if found is None:
        return WitnessAnswer(failure=unusable, detail="no cosignature by its key")
    if found.seconds > (clock.now() + FROM_THE_FUTURE).timestamp():
        return WitnessAnswer(failure=unusable, detail="a cosignature of the future")
    return WitnessAnswer(cosignature=found)
