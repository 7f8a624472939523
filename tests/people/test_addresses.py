"""Addresses are stored as typed and compared by a key. The keys are pinned: they are stored."""

from collections.abc import Sequence

import pytest

from supporters.people.addresses import Address, AddressInvalid, parse_address


@pytest.mark.parametrize(
    ("typed", "text", "key"),
    [
        ("camille@example.org", "camille@example.org", "camille@example.org"),
        ("  camille@example.org\t", "camille@example.org", "camille@example.org"),
        ("Camille@Example.ORG", "Camille@example.org", "camille@example.org"),
        ("a.b+x@gmail.com", "a.b+x@gmail.com", "a.b+x@gmail.com"),
        ("O'Neil_99%x@example.org", "O'Neil_99%x@example.org", "o'neil_99%x@example.org"),
        ("a@faß.de", "a@xn--fa-hia.de", "a@xn--fa-hia.de"),
        ("a@xn--fa-hia.de", "a@xn--fa-hia.de", "a@xn--fa-hia.de"),
        ("a@müller.de", "a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("a@MÜLLER.DE", "a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("a@mu\u0308ller.de", "a@xn--mller-kva.de", "a@xn--mller-kva.de"),
        ("a@\uff45\uff58\uff41mple.org", "a@example.org", "a@example.org"),
        ("a@example\u3002org", "a@example.org", "a@example.org"),
        ("I@example.org", "I@example.org", "i@example.org"),
    ],
)
def test_an_address_is_sent_to_as_typed_and_compared_by_its_key(
    typed: str, text: str, key: str
) -> None:
    address = parse_address(typed)
    assert (address.text, address.key) == (text, key)


@pytest.mark.parametrize(
    ("one", "other"),
    [("A@x.fr", "a@X.fr"), ("a@faß.de", "A@Faß.DE"), ("a@müller.de", "A@Müller.DE")],
)
def test_spellings_of_the_same_mailbox_have_the_same_key(one: str, other: str) -> None:
    assert parse_address(one).key == parse_address(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a@faß.de", "a@fass.de"),
        ("a@müller.de", "a@muller.de"),
        ("a.b@x.fr", "ab@x.fr"),
        ("a+b@x.fr", "a@x.fr"),
        ("a@\u0131.com", "a@i.com"),
        ("a@\u0430.com", "a@a.com"),
    ],
)
def test_different_mailboxes_have_different_keys(one: str, other: str) -> None:
    assert parse_address(one).key != parse_address(other).key


def test_tags_and_case_fold_only_in_the_key_that_counts_emails() -> None:
    variants = ["a.b@x.fr", "A.B+tag@x.fr", "a.b+x+y@x.fr", "a.B+@X.fr"]
    assert {parse_address(each).rate_key for each in variants} == {"a.b@x.fr"}
    assert len({parse_address(each).key for each in variants}) == 4


def test_dots_fold_at_gmail_and_nowhere_else() -> None:
    gmail = ["a.b@gmail.com", "ab@gmail.com", "A.B+tag@googlemail.com", "ab@GoogleMail.com"]
    assert {parse_address(each).rate_key for each in gmail} == {"ab@gmail.com"}
    others = ["a.b@orange.fr", "ab@orange.fr", "a.b@mail.gmail.com", "ab@mail.gmail.com"]
    assert len({parse_address(each).rate_key for each in others}) == 4


@pytest.mark.parametrize(
    "addresses",
    [
        ("Jean-Luc_d@proton.me", "jeanlucd@protonmail.com", "j.e.a.n.lucd+x@pm.me"),
        ("anne@icloud.com", "anne+list@me.com", "anne@mac.com"),
        ("anne.b@yandex.ru", "anne-b@ya.ru", "anneb@yandex.com"),
        ("anne@yahoo.fr", "anne-news@yahoo.fr", "anne-shop+x@yahoo.fr"),
        ("anne@fastmail.com", "party@anne.fastmail.com", "news+x@anne.fastmail.com"),
    ],
)
def test_the_other_names_of_a_mailbox_count_as_one(addresses: Sequence[str]) -> None:
    assert {parse_address(each).rate_key for each in addresses} == {
        parse_address(addresses[0]).rate_key
    }


def test_what_is_one_mailbox_at_one_provider_is_two_people_at_another() -> None:
    others = ["jean-luc@orange.fr", "jean@orange.fr", "anne@yahoo.com", "anne@yahoo.fr"]
    others += ["anne@hotmail.fr", "anne@outlook.fr", "a@team.example.org", "b@team.example.org"]
    assert len({parse_address(each).rate_key for each in others}) == 8


def test_a_name_of_ignored_signs_alone_keeps_them() -> None:
    assert parse_address("_@proton.me").rate_key == "_@proton.me"
    assert parse_address("-a@yahoo.fr").rate_key == "-a@yahoo.fr"


def test_folding_never_changes_the_address_that_is_written_to() -> None:
    assert parse_address("Jean-Luc_d+x@protonmail.com").text == "Jean-Luc_d+x@protonmail.com"


def test_the_domain_keeps_its_dots_in_every_key() -> None:
    same = "a@mail.x.fr"
    expected = Address(text=same, key=same, rate_key=same)
    assert parse_address(same) == expected


INVALID = [
    "",
    "   ",
    "camille",
    "@example.org",
    "camille@",
    "camille@example",
    "a@b@example.org",
    "a b@example.org",
    "a..b@example.org",
    ".a@example.org",
    "a.@example.org",
    "a@example..org",
    "a@-example.org",
    "a@[127.0.0.1]",
    '"a b"@example.org',
    "Camille <camille@example.org>",
    "mailto:camille@example.org",
    "a@example.org,b@example.org",
    "a\0@example.org",
    "a@exam\0ple.org",
    "a\r\nBcc: b@example.org",
    "a@example.org\r\nBcc: b@example.org",
    "a\n@example.org",
    "é@example.org",
    "\u0130@example.org",
    "\u0131@example.org",
    "\uff41@example.org",
    "a\u200d@example.org",
    "a@exa\u200dmple.org",
    "a@exa\u202emple.org",
    "a" * 65 + "@example.org",
    "a@" + "b" * 64 + ".org",
    "a@" + "b." * 125 + "org",
    " " * 300 + "x" * 255,
]


def test_an_invalid_address_is_rejected() -> None:
    assert not [typed for typed in INVALID if is_parsed(typed)]


def is_parsed(typed: str) -> bool:
    """Tell whether a text is taken for an address."""
    try:
        parse_address(typed)
    except AddressInvalid:
        return False
    return True


def test_the_longest_address_is_valid_and_a_longer_one_is_not() -> None:
    longest = "a" * 64 + "@" + ".".join(["b" * 61, "c" * 61, "d" * 61, "fr"])
    assert len(longest) <= 254
    assert parse_address(longest).text == longest
    with pytest.raises(AddressInvalid):
        parse_address("a@" + ".".join(["b" * 63] * 4) + ".fr")
