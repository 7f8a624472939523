"""DKIM: our signer, with the examples of the RFC, and dkimpy as the judge."""

import base64
import re
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dkim.canonicalization import Relaxed
from hypothesis import given, settings, strategies as st

from supporters.mail.message.dkim_signing import (
    SigningKey,
    canonicalise_body,
    canonicalise_field,
    sign,
)

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
KEYS = {"parti.example": SigningKey("parti.example", "s20261201", KEY)}
MESSAGE = (
    b"From: =?utf-8?b?UGFydGkgZGUgbOKAmUV4ZW1wbGU=?=\r\n <lettre@parti.example>\r\n"
    b"To: anna@example.org\r\nSubject: Bonjour\r\nDate: Tue, 01 Dec 2026 08:00:00 +0000\r\n"
    b"Message-ID: <c1.7@parti.example>\r\nList-Unsubscribe: <https://parti.example/u/7>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFeedback-ID: c1:n:parti.example:x\r\n"
    b"CFBL-Address: fbl@parti.example; report=arf\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\n\r\nBonjour  Anna,\r\n\r\n  deux\t mots \r\n\r\n'
)
SIGNED = sign(MESSAGE, KEYS)
text_of_mail = st.text(st.sampled_from("ab \t\r\n.=-"), max_size=80).map(
    lambda text: re.sub(r"\r\n|\r|\n", "\r\n", f"{text}\n").encode()
)


def is_valid(message: bytes) -> bool:
    """Ask dkimpy, which finds our key in the DNS."""
    record = f"v=DKIM1; k=rsa; p={PUBLIC}".encode()
    name = b"s20261201._domainkey.parti.example."
    return bool(dkim.verify(message, dnsfunc=lambda asked, **_: record if asked == name else None))


def tag(name: str, signed: bytes = SIGNED) -> str:
    """Return a tag of the signature."""
    field = signed.partition(b"From: ")[0].partition(b":")[2].decode()
    return dict(each.strip().split("=", 1) for each in "".join(field.split()).split(";"))[name]


def test_a_signed_message_is_the_same_message_behind_its_signature() -> None:
    head, _, rest = SIGNED.partition(b"From: ")
    assert b"From: " + rest == MESSAGE
    assert head.startswith(b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n ")
    assert not re.search(rb"\bl=", head)


def test_no_line_of_a_signature_is_long_or_begins_with_a_dot() -> None:
    lines = SIGNED.partition(b"From: ")[0].split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not [line for line in lines if line.startswith(b".")]


def test_a_signature_tells_its_time() -> None:
    signed_at = datetime.fromtimestamp(int(tag("t", sign(MESSAGE, KEYS))), UTC)
    assert abs((datetime.now(UTC) - signed_at).total_seconds()) < 600  # noqa: TID251


def test_another_program_verifies_it() -> None:
    assert is_valid(SIGNED)
    assert (tag("d"), tag("s")) == ("parti.example", "s20261201")


def test_every_field_is_signed() -> None:
    names = re.findall(rb"^([A-Za-z-]+):", MESSAGE.partition(b"\r\n\r\n")[0], re.MULTILINE)
    assert {name.decode().lower() for name in names} <= {*tag("h").split(":")}


def test_a_provider_may_remove_its_own_fields() -> None:
    told = b"X-MJ-CustomID: abc\r\nX-SES-MESSAGE-TAGS: supporters=abc\r\n"
    signed = sign(told + MESSAGE, KEYS)
    assert told in signed
    assert is_valid(signed)
    assert is_valid(signed.replace(told, b""))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"List-Unsubscribe: <https://parti.example/u/7>\r\n", b""),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"u/7", b"u/8"),
        (b"anna@", b"boris@"),
        (b"Subject: Bonjour", b"Subject: Bonsoir"),
        (b"CFBL-Address: fbl@parti.example", b"CFBL-Address: fbl@other.example"),
        (b"deux", b"trois"),
        (b"deux", b"deux\r\nmots"),
        (b"s=s20261201", b"s=s20261202"),
        (b"d=parti.example", b"d=other.example"),
    ],
)
def test_a_changed_message_is_refused(before: bytes, after: bytes) -> None:
    head, mark, rest = SIGNED.partition(b"From: ")
    changed = (
        head.replace(before, after) + mark + rest
        if before in head
        else head + (mark + rest).replace(before, after, 1)
    )
    assert changed != SIGNED
    assert not is_valid(changed)


@pytest.mark.parametrize("name", ["From", "To", "Cc", "Subject", "Date", "Reply-To", "Message-ID"])
def test_nobody_adds_a_field_that_people_read(name: str) -> None:
    assert not is_valid(SIGNED.replace(b"MIME-Version", f"{name}: x\r\nMIME-Version".encode()))


@pytest.mark.parametrize("name", ["MIME-Version", "Content-Type"])
def test_nobody_changes_how_the_body_is_read(name: str) -> None:
    assert not is_valid(SIGNED.replace(b"From: ", f"{name}: x\r\nFrom: ".encode()))


def test_what_a_relay_may_do_breaks_nothing() -> None:
    relayed = b"Received: from a by b; Tue, 1 Dec 2026\r\n" + SIGNED.replace(
        b"Subject: Bonjour", b"Subject:   Bonjour"
    )
    assert is_valid(relayed)


def test_a_message_of_a_domain_without_a_key_is_left_as_it_is() -> None:
    other = MESSAGE.replace(b"lettre@parti.example", b"lettre@autre.example")
    assert sign(other, KEYS) == other
    assert sign(MESSAGE, {}) == MESSAGE


def test_a_message_without_a_sender_is_left_as_it_is() -> None:
    assert sign(b"To: a@b.example\r\n\r\nx\r\n", KEYS) == b"To: a@b.example\r\n\r\nx\r\n"


# RFC 6376 section 3.4.5, example 1.
def test_the_example_of_the_standard_is_canonicalised_as_it_says() -> None:
    fields = [b"A: X", b"B : Y\t\r\n\tZ  "]
    assert [*map(canonicalise_field, fields)] == [b"a:X", b"b:Y Z"]
    assert canonicalise_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"


def test_an_empty_body_stays_empty() -> None:
    assert canonicalise_body(b"") == canonicalise_body(b"\r\n\r\n") == b""


@settings(max_examples=300)
@given(body=text_of_mail)
def test_any_body_is_canonicalised_as_another_program_does(body: bytes) -> None:
    theirs = Relaxed.canonicalize_body(body)
    assert canonicalise_body(body) == theirs


@settings(max_examples=30, deadline=None)
@given(body=text_of_mail, subject=st.text(st.sampled_from("ab :;=\t"), max_size=30))
def test_another_program_verifies_any_message(body: bytes, subject: str) -> None:
    fields = f"From: a@parti.example\r\nSubject: x{subject}\r\n\tnext line \r\n".encode()
    assert is_valid(sign(fields + b"Date:\r\n\r\n" + body, KEYS))
