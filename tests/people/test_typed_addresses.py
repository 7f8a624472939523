"""An address is read as typed or pasted, quickly if it is plain, or refused with a reason."""

import pytest
from hypothesis import example, given, settings, strategies as st

from supporters.people.addresses import AddressInvalid, parse_address, parse_plain, stored_address
from supporters.people.mailbox_providers import COMMON_PROVIDERS
from supporters.people.refused_addresses import is_disposable, is_of_a_role
from supporters.people.typed_addresses import AddressFault, TypedAddressInvalid, parse_typed_address

SURROUNDED = [
    "ada@orange.fr",
    " ada@orange.fr ",
    "ada@orange.fr.",
    "ada@orange.fr,",
    "ada@orange.fr ;",
    "mailto:ada@orange.fr",
    "MAILTO:ada@orange.fr?subject=Bonjour",
    "<mailto:ada@orange.fr>",
    "<ada@orange.fr>",
    "(ada@orange.fr)",
    "«\u00a0ada@orange.fr\u00a0»",
    '"ada@orange.fr"',
    "'ada@orange.fr'",
    "Ada Lovelace <ada@orange.fr>",
    '"Lovelace, Ada" <ada@orange.fr>,',
    "ada @orange.fr",
    "ada@ orange.fr",
    "ada\u00a0@\u202forange.fr",
    "ada\u200b@orange\u00ad.fr\ufeff",
    "\u202aada@orange.fr\u202c",
    "\uff41\uff44\uff41\uff20\uff4f\uff52\uff41\uff4e\uff47\uff45\uff0e\uff46\uff52",
    "ada@orange\u3002fr",
    "ada@orange.fr/",
    "ada@orange.fr (Ada)",
    "ada@orange.fr (travail).",
]
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
LASTING = [*COMMON_PROVIDERS, "example.org", "duck.com", "parti.example"]


def test_what_surrounds_an_address_is_left_out() -> None:
    read = {typed: parse_typed_address(typed).text for typed in SURROUNDED}
    assert read == dict.fromkeys(SURROUNDED, "ada@orange.fr")


UNCHANGED = ["Ada.L+liste@orange.fr", "o'neil@orange.fr", "'ada@orange.fr", "a-b_c@mail.orange.fr"]


def test_nothing_inside_an_address_is_changed() -> None:
    assert [parse_typed_address(typed).text for typed in UNCHANGED] == UNCHANGED


FAULTY = [
    ("ada", AddressFault.NO_AT),
    ("ada gmail.com", AddressFault.NO_AT),
    ("06 12 34 56 78", AddressFault.TELEPHONE),
    ("+33 (0)6.12.34.56.78", AddressFault.TELEPHONE),
    ("69007", AddressFault.NO_AT),
    ("", AddressFault.NO_AT),
    ("ada@@gmail.com", AddressFault.SEVERAL_AT),
    ("ada@x@gmail.com", AddressFault.SEVERAL_AT),
    ("ada@x.fr, bob@x.fr", AddressFault.SEVERAL),
    ("ada@x.fr bob@x.fr", AddressFault.SEVERAL),
    ("@gmail.com", AddressFault.NOTHING_BEFORE),
    ("ada@", AddressFault.NOTHING_AFTER),
    ("ada lovelace@gmail.com", AddressFault.SPACE),
    ("ada@gmail .com", AddressFault.SPACE),
    ("ada@gmail,com", AddressFault.COMMA),
    ("ada@gmail", AddressFault.NO_DOT),
    ("ada@gmail..com", AddressFault.DOTS),
    (".ada@gmail.com", AddressFault.DOTS),
    ("ada.@gmail.com", AddressFault.DOTS),
    ("a" * 65 + "@gmail.com", AddressFault.TOO_LONG),
    ("ada@" + "b." * 130 + "fr", AddressFault.TOO_LONG),
    ("élodie@gmail.com", AddressFault.ACCENT),
    ("владимир@yandex.ru", AddressFault.BEYOND_ASCII),
    ("ada<b@gmail.com", AddressFault.CHARACTER),
    ("a,b@gmail.com", AddressFault.CHARACTER),
    ("ada@-x.fr", AddressFault.DOMAIN),
    ("ada@gmail.com_", AddressFault.DOMAIN),
    ("ada@site.test", AddressFault.DOMAIN),
]


def test_each_fault_has_its_name() -> None:
    named = [(typed, fault_of(typed)) for typed, _ in FAULTY]
    assert named == FAULTY


def fault_of(typed: str) -> AddressFault | None:
    """Return the fault of a typed address."""
    try:
        parse_typed_address(typed)
    except TypedAddressInvalid as invalid:
        return invalid.fault
    return None


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


@pytest.mark.parametrize("name", ["abuse", "Postmaster", "noreply", "no-reply", "noreply+x"])
def test_an_address_of_a_mail_system_is_refused(name: str) -> None:
    assert is_of_a_role(parse_address(f"{name}@orange.fr"))


@pytest.mark.parametrize("name", ["ada", "info", "contact", "mairie", "abuse.lyon", "a+abuse"])
def test_an_address_that_people_read_is_not(name: str) -> None:
    assert not is_of_a_role(parse_address(f"{name}@orange.fr"))


@pytest.mark.parametrize("domain", ["yopmail.com", "YOPMAIL.fr", "x.yopmail.com"])
def test_a_domain_of_addresses_for_minutes_is_known(domain: str) -> None:
    assert is_disposable(parse_address(f"ada@{domain}"))


def test_a_domain_of_mailboxes_that_last_is_not() -> None:
    assert not [each for each in LASTING if is_disposable(parse_address(f"ada@{each}"))]
