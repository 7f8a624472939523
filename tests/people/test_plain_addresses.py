"""Plain addresses are parsed quickly, with the same result as by the full parser."""

import pytest
from hypothesis import example, given, settings, strategies as st

from supporters.people.addresses import AddressInvalid, parse_address, parse_plain, stored_address

ATEXT = "aZ09_!#$%&'*+-/=?^`{|}~."
LOCAL = st.one_of(
    st.text(ATEXT, min_size=1, max_size=66),
    st.sampled_from(["Info", "ABUSE", "postmaster", "a.b+tag", "A"]),
)
LABEL = st.one_of(
    st.text("aZ09-", min_size=1, max_size=65),
    st.sampled_from(["xn--fa-hia", "ab--c", "example", "x" * 63]),
)
LAST = st.one_of(
    st.text("aZ9-", min_size=1, max_size=4),
    st.sampled_from(["org", "fr", "test", "onion", "localhost", "arpa", "xn--p1ai"]),
)
DOMAIN = st.builds(
    lambda labels, last: ".".join([*labels, last]), st.lists(LABEL, max_size=4), LAST
)
ADDRESSES = st.builds("{}@{}".format, LOCAL, DOMAIN)


@settings(max_examples=1500, deadline=None)
@given(st.one_of(ADDRESSES, st.text(max_size=40)))
@example("a@" + ".".join(["b" * 63] * 3 + ["c" * 57, "fr"]))
@example("a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 61, "fr"]))
@example("a@example.org\n")
@example("İ@example.org")
def test_the_quick_parser_agrees_with_the_full_parser(text: str) -> None:
    quick = parse_plain(text)
    if quick is not None:
        assert quick == parse_address(text)


@pytest.mark.parametrize(
    "text", ["camille@example.org", "O'Neil_99%x@Example.ORG", "a.b+x@mail.x-y.fr", "INFO@x.fr"]
)
def test_usual_addresses_are_parsed_quickly(text: str) -> None:
    assert parse_plain(text) == parse_address(text)


@pytest.mark.parametrize("text", ["a..b@x.fr", "a@müller.de", "a@x.test", "a@b--.fr", " a@x.fr"])
def test_other_addresses_are_left_to_the_full_parser(text: str) -> None:
    assert parse_plain(text) is None


def test_both_parsers_reject_two_letters_and_two_dashes() -> None:
    assert parse_plain("a@ab--c.fr") is None
    with pytest.raises(AddressInvalid):
        parse_address("a@ab--c.fr")


@settings(max_examples=500, deadline=None)
@given(ADDRESSES)
@example("İ@example.org")
@example("PostMaster@Example.org")
def test_a_stored_address_is_read_back_as_it_was_parsed(text: str) -> None:
    try:
        parsed = parse_address(text)
    except AddressInvalid:
        return
    assert stored_address(parsed.text) == parsed
