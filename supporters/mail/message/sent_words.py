"""Signs the words of emails to one person, and finds those that were not signed (ADR 083).

The header `Supporters-Words` holds an HMAC of the visible headers, of the text and of the HTML,
each with the id of the email, and a short one of each sentence: these tell which sentence is not
ours, years later and whatever the templates say then.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from supporters.mail.message.header_fields import FOLD
from supporters.mail.message.visible_words import fold_blanks

HEADER = "Supporters-Words"
FORMAT = "1"
OCTETS, OCTETS_OF_SENTENCE = 12, 6
TAGS_IN_A_LINE = 7


@dataclass(frozen=True, kw_only=True)
class SentWords:
    """The signed words of an email: its headers, both parts folded, and its sentences."""

    id: int
    headers: Mapping[str, str]
    text: str
    html: str
    sentences: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class WordFaults:
    """The parts of an email that were not signed so, and the sentences that were not signed."""

    headers: bool
    text: bool
    html: bool
    sentences: tuple[str, ...]

    @property
    def any(self) -> bool:
        """Whether anything differs from what was sent."""
        return self.headers or self.text or self.html or bool(self.sentences)


def sign_words(secret_key: str, words: SentWords, sentence_tags: Iterable[str]) -> str:
    """Return the value of the header, folded."""
    key = _derive_key(secret_key)
    tags = [*dict.fromkeys(sentence_tags)]
    lines = [tags[at : at + TAGS_IN_A_LINE] for at in range(0, len(tags), TAGS_IN_A_LINE)]
    return FOLD.join(map(" ".join, [[FORMAT, *_sign_parts(key, words)], *lines]))


def tag_sentence(secret_key: str, sentence: str) -> str:
    """Return the short signature of a sentence."""
    return _tag(_derive_key(secret_key), sentence)


def find_word_faults(secret_keys: Iterable[str], signed: str, words: SentWords) -> WordFaults:
    """Compare an email with the value of its header, by any of our keys."""
    faults = [_compare(_derive_key(each), signed.split(), words) for each in secret_keys]
    return min(faults, key=lambda each: (each.any, len(each.sentences)))


def _compare(key: bytes, signed: Sequence[str], words: SentWords) -> WordFaults:
    stated = [*signed[1:4], "", "", ""]
    known = {*signed[4:]}
    headers, text, html = (
        not hmac.compare_digest(one.encode(), other.encode())
        for one, other in zip(_sign_parts(key, words), stated, strict=False)
    )
    unsigned = (each for each in words.sentences if _tag(key, each) not in known)
    return WordFaults(
        headers=headers, text=text, html=html, sentences=tuple(dict.fromkeys(unsigned))
    )


def _sign_parts(key: bytes, words: SentWords) -> list[str]:
    headers = json.dumps(words.headers, sort_keys=True)
    parts = (("headers", headers), ("text", words.text), ("html", words.html))
    return [
        _encode(hmac.digest(key, f"{name} {words.id} {content}".encode(), "sha256")[:OCTETS])
        for name, content in parts
    ]


def _tag(key: bytes, sentence: str) -> str:
    digest = hmac.digest(key, f"sentence {fold_blanks(sentence)}".encode(), "sha256")
    return _encode(digest[:OCTETS_OF_SENTENCE])


def _encode(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode()


@lru_cache(maxsize=8)
def _derive_key(secret_key: str) -> bytes:
    return hmac.digest(secret_key.encode(), b"supporters.sent-words", "sha256")
