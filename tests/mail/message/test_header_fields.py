"""Header fields are legal for any name of a party, and read as they were written."""

import re

import pytest
from hypothesis import example, given, settings as hypothesis_settings, strategies as st

from supporters.mail.message.header_fields import (
    HeaderUnsafe,
    encode_text,
    write_header,
    write_mailbox,
)
from tests.mail.strict import LONGEST_WORD, WANTED_LINE, read_mailbox, read_text

ADDRESS = "lettre@parti.example"
ANY_NAME = st.text(min_size=1, max_size=150).filter(lambda name: not re.search(r"[\r\n\0]", name))
ASCII_NAME = st.text(' ",;:<>@()\\[]=?.ab', min_size=1, max_size=150)


@hypothesis_settings(derandomize=True, deadline=None, max_examples=500)
@given(st.one_of(ANY_NAME, ASCII_NAME))
@example("Ensemble, avec vous")
@example("Dupont, Élus & Cie")
@example('Parti "Vert"')
@example('"' * 66)
@example("\\ " * 40 + "x")
@example("=?utf-8?q?x?=")
@example("a  b   c" * 20)
@example("mot " * 30 + "x")
def test_any_name_is_written_as_one_legal_mailbox(name: str) -> None:
    raw = write_header("From", write_mailbox(name, ADDRESS)).decode("ascii")
    lines = raw.removesuffix("\r\n").split("\r\n")
    assert all(len(line) <= WANTED_LINE and line.strip() for line in lines)
    assert all(line.startswith(" ") for line in lines[1:])
    value = re.sub(r"\r\n(?= )", "", raw.removesuffix("\r\n")).removeprefix("From: ")
    assert read_mailbox(value) == (name, ADDRESS)


@hypothesis_settings(derandomize=True, deadline=None, max_examples=500)
@given(st.one_of(ANY_NAME, ASCII_NAME))
@example("Union des démocrates et indépendants : votre compte dans l’équipe")
def test_any_subject_is_read_as_it_was_written(text: str) -> None:
    raw = write_header("Subject", encode_text(text, "Subject")).decode("ascii")
    value = re.sub(r"\r\n(?= )", "", raw.removesuffix("\r\n")).removeprefix("Subject: ")
    assert all(len(line) <= WANTED_LINE for line in raw.split("\r\n"))
    assert all(len(word) <= LONGEST_WORD for word in value.split(" ") if word.startswith("=?"))
    assert read_text(value) == text


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@evil.example", "a\nb", "a\rb", "a\0b", "é\n b"])
def test_a_name_with_a_line_break_or_a_nul_is_refused(evil: str) -> None:
    with pytest.raises(HeaderUnsafe):
        write_mailbox(evil, ADDRESS)
