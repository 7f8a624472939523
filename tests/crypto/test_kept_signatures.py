"""The quick signatures: the bytes of itsdangerous, and its refusals."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.json.tag import TaggedJSONSerializer
from hypothesis import given, strategies as st
from itsdangerous import BadData, BadSignature, SignatureExpired, URLSafeTimedSerializer

from supporters.crypto.kept_signatures import KeptSerializer

NOW = datetime(2026, 11, 28, 21, tzinfo=UTC)
OLD, NEW = "old" * 12, "new" * 12
HOUR = timedelta(hours=1)
LIBRARIES = {
    "link": URLSafeTimedSerializer(
        [OLD, NEW], salt="supporters.leave", signer_kwargs={"digest_method": hashlib.sha256}
    ),
    "cookie": URLSafeTimedSerializer(
        [OLD, NEW],
        salt="cookie-session",
        serializer=TaggedJSONSerializer(),
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    ),
    "form": URLSafeTimedSerializer(NEW, salt="wtf-csrf-token"),
}
EACH = pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
)


@EACH
@given(value=VALUES)
def test_a_value_is_written_and_read_as_by_the_library(
    library: URLSafeTimedSerializer, value: Any
) -> None:
    kept = KeptSerializer(library)
    with time_machine.travel(NOW, tick=False):
        assert kept.dumps(value) == library.dumps(value)
        assert kept.loads(library.dumps(value), max_age=0) == value
        assert kept.loads(kept.dumps(value), return_timestamp=True) == (value, NOW)


@EACH
@given(place=st.integers(0, 40), character=st.characters(max_codepoint=127))
def test_an_altered_text_is_refused_as_by_the_library(
    library: URLSafeTimedSerializer, place: int, character: str
) -> None:
    text = library.dumps("a secret")
    altered = text[:place] + character + text[place + 1 :]
    assert _read(KeptSerializer(library), altered) == _read(library, altered)


@EACH
@pytest.mark.parametrize(
    "text", ["", ".", "..", "...", "a", "a.b", "a.b.c", "=.=.=", "\0", b"\xff"]
)
def test_rubbish_is_refused(library: URLSafeTimedSerializer, text: str | bytes) -> None:
    with pytest.raises(BadSignature):
        KeptSerializer(library).loads(text)


@EACH
def test_a_text_expires(library: URLSafeTimedSerializer) -> None:
    kept = KeptSerializer(library)
    with time_machine.travel(NOW, tick=False):
        text = kept.dumps("value")
    seconds = int(HOUR.total_seconds())
    with time_machine.travel(NOW + HOUR, tick=False):
        assert kept.loads(text, max_age=seconds) == "value"
        with pytest.raises(SignatureExpired):
            kept.loads(text, max_age=seconds - 1)
    with time_machine.travel(NOW - HOUR, tick=False), pytest.raises(SignatureExpired):
        kept.loads(text, max_age=seconds)  # of the future: a clock was wrong


@EACH
def test_a_signed_text_without_a_moment_is_refused(library: URLSafeTimedSerializer) -> None:
    kept = KeptSerializer(library)
    signer = library.make_signer(library.salt)
    for payload in (b"InZhbHVlIg", b"InZhbHVlIg.!"):
        text = payload + b"." + signer.get_signature(payload)
        assert _read(kept, text) == _read(library, text)


def test_a_former_key_reads_and_signs_nothing() -> None:
    former = URLSafeTimedSerializer([OLD], salt="cookie-session")
    now = URLSafeTimedSerializer([OLD, NEW], salt="cookie-session")
    assert KeptSerializer(now).loads(former.dumps("value")) == "value"
    with pytest.raises(BadSignature):
        KeptSerializer(former).loads(KeptSerializer(now).dumps("value"))


def test_another_salt_is_refused() -> None:
    texts = {name: each.dumps("value") for name, each in LIBRARIES.items()}
    for name, library in LIBRARIES.items():
        for other in texts.keys() - {name}:
            with pytest.raises(BadSignature):
                KeptSerializer(library).loads(texts[other])


def _read(serializer: URLSafeTimedSerializer, text: str | bytes) -> object:
    """Return the value of a text, or the kind of its refusal."""
    try:
        return serializer.loads(text)
    except BadData as refused:
        return type(refused)
