"""A pasted source costs little, whatever is in it (security N1)."""

import contextlib
import time

import pytest

from supporters.mail.pasted_emails import LONGEST, MOST_PARTS, TooManyParts, read_pasted

BUDGET = 0.1  # seconds of CPU


def nested(levels: int, filling: str) -> str:
    """Return a source with parts in each other, filled up to the longest that is read."""
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{each}"\n\n--b{each}\n'
        for each in range(levels)
    )
    return opening + (filling * LONGEST)[: LONGEST - len(opening)]


def cost_of(source: str) -> float:
    """Return the seconds of CPU that reading takes, at the best of three."""
    costs = []
    for _ in range(3):
        begun = time.thread_time()
        with contextlib.suppress(TooManyParts):
            read_pasted(source)
        costs.append(time.thread_time() - begun)
    return min(costs)


SOURCES = {
    "the deepest that is read": nested(MOST_PARTS, "\n"),
    "deep, short lines": nested(MOST_PARTS, "-\n"),
    "deep, boundaries": nested(MOST_PARTS, "--b0\n--b19\n"),
    "430 levels, 300 kB": nested(430, "\n") + "\n" * 240_000,
    "2,000 levels": nested(2_000, "\n"),
    "boundaries in other spellings": 'Content-Type: multipart/mixed; BoundarY*0="a"\n\n--a\n'
    * 2000,
    "messages in messages": "Content-Type: message/rfc822\n\n" * 2_000,
    "digest": 'Content-Type: multipart/digest; boundary="a"\n\n--a\n' * 1_500,
    "brackets in From": "From: " + "(" * 60_000,
    "brackets in Return-Path": "Return-Path: <" * 4_000,
    "encoded words without an end": "Subject: " + "=?a?q?" * 10_000,
    "links": "\n\n" + "".join(f"https://x{each}.example/ " for each in range(3_000)),
    "entities": "\n\nhttps://x.example/" + "&amp;" * 12_000,
    "a slow codec": "Content-Type: text/plain; charset=punycode\n\n" + "a-b" * 20_000,
    "comments": "Content-Type: text/html\n\n" + "<!--" * 15_000,
    "tags": "Content-Type: text/html\n\n" + "<a " * 20_000,
    "addresses": "From: " + "a@" * 30_000,
    "one header": "X: " + "a" * 60_000,
    "headers": "A: b\n" * 12_000,
}


@pytest.mark.parametrize("name", SOURCES)
def test_no_source_costs_much(name: str) -> None:
    assert cost_of(SOURCES[name]) < BUDGET


def test_a_source_with_too_many_parts_is_refused() -> None:
    with pytest.raises(TooManyParts):
        read_pasted(nested(MOST_PARTS + 1, "\n"))
    with pytest.raises(TooManyParts):
        read_pasted("Content-Type: message/rfc822\n\n" * (MOST_PARTS + 1))


@pytest.mark.parametrize(
    ("source", "is_cut"), [("a: b\n\n" + "x" * LONGEST, True), ("a: b" + "\n" * 1_000 + "c", False)]
)
def test_a_long_source_is_cut_and_says_so(source: str, is_cut: bool) -> None:
    assert read_pasted(source).is_cut is is_cut


def test_lines_beyond_the_last_one_are_cut() -> None:
    assert read_pasted("a: b\n\n" + "c\n" * 2_000).is_cut


@pytest.mark.parametrize(
    "source", ["https://ex\u2100mple.example/x", "\n\nhttps://a.example:x/", "From: @", "\n\nx"]
)
def test_an_odd_source_is_read(source: str) -> None:
    assert read_pasted(source).is_cut is False


def test_the_last_address_of_a_sender_counts() -> None:
    assert read_pasted('From: "a@ours.example" <b@theirs.example>\n').sender == "b@theirs.example"
