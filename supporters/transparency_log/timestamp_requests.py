"""Asks an authority to say when a checkpoint existed (RFC 3161), and checks its answers.

An answer counts if it has the nonce and the digest of our request, a signature that leads to the
configured certificates, and a time between the sealing and now.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException

from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    Verifier,
    VerifierBuilder,
    decode_timestamp_response,
)

from supporters import clock
from supporters.settings.timestamp_settings import TimestampAuthority
from supporters.transparency_log.limited_posts import MOST_BYTES, post
from supporters.transparency_log.models import TimestampFailure

QUERY = "application/timestamp-query"
SKEW = timedelta(minutes=5)
GRANTED = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}


@dataclass(frozen=True)
class TimestampAnswer:
    """A verified answer and its time, or why there is none. `detail` is for the log."""

    raw: bytes = b""
    stamped_at: datetime | None = None
    failure: TimestampFailure | None = None
    detail: str = ""


def ask_for_timestamp(
    authority: TimestampAuthority, checkpoint: str, sealed_at: datetime
) -> TimestampAnswer:
    """Ask an authority to timestamp the text of a checkpoint, which was sealed at a time."""
    builder = TimestampRequestBuilder().data(checkpoint.encode())
    request = builder.hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True).build()
    try:
        status, raw = post(authority.url, request.as_bytes(), QUERY)
    except (OSError, HTTPException, ValueError) as error:
        return TimestampAnswer(failure=TimestampFailure.SILENT, detail=type(error).__name__)
    if status != HTTPStatus.OK:
        is_refusal = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
        failure = TimestampFailure.REFUSED if is_refusal else TimestampFailure.SILENT
        return TimestampAnswer(failure=failure, detail=str(status))
    if len(raw) > MOST_BYTES:
        return TimestampAnswer(failure=TimestampFailure.WRONG, detail="an answer that is too long")
    verifier = VerifierBuilder.from_request(request)
    for certificate in load_pem_x509_certificates(authority.certificates):
        verifier = verifier.add_root_certificate(certificate)
    answer = _check(verifier.build(), raw, checkpoint)
    stamped_at = answer.stamped_at
    if stamped_at and not sealed_at - SKEW <= stamped_at <= clock.now() + SKEW:
        what = f"its time is {stamped_at.isoformat()}"
        return TimestampAnswer(failure=TimestampFailure.WRONG, detail=what)
    return answer


def _check(verifier: Verifier, raw: bytes, checkpoint: str) -> TimestampAnswer:
    """Return an answer if it is one to our request."""
    try:
        answer = decode_timestamp_response(raw)
        if PKIStatus(answer.status) not in GRANTED:
            said = "; ".join(answer.status_string) or str(answer.status)
            return TimestampAnswer(failure=TimestampFailure.REFUSED, detail=said)
        verifier.verify_message(answer, checkpoint.encode())
    except (VerificationError, ValueError) as error:
        return TimestampAnswer(failure=TimestampFailure.WRONG, detail=str(error))
    return TimestampAnswer(raw, answer.tst_info.gen_time)


def find_timestamp_fault(raw: bytes, checkpoint: str, stamped_at: datetime) -> str:
    """Return why a stored answer isn't of this checkpoint and time; an empty text if it is."""
    try:
        answer: TimeStampResponse = decode_timestamp_response(raw)
        info = answer.tst_info
        digest, time = bytes(info.message_imprint.message), info.gen_time
    except ValueError:
        return "it can't be read"
    if digest != hashlib.sha256(checkpoint.encode()).digest():
        return "it isn't of this checkpoint"
    return "" if time == stamped_at else "its time isn't that of its row"
