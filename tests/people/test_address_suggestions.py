"""A probable typing error gets a suggestion; an address that may be right gets none."""

import pytest

from supporters.people.address_suggestions import (
    count_typing_errors,
    find_doubt,
    list_known_endings,
    suggest_address,
)
from supporters.people.addresses import parse_address
from supporters.people.mailbox_providers import (
    COMMON_PROVIDERS,
    MAILBOX_PROVIDERS,
    REAL_NEIGHBOURS,
    find_webmail,
)


def meant_by(typed: str) -> str | None:
    doubt = find_doubt(parse_address(typed))
    return doubt.suggestion if doubt else None


TYPING_ERRORS = [
    ("gmial.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmaill.com", "gmail.com"),
    ("gnail.com", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.cm", "gmail.com"),
    ("gmail.fr", "gmail.com"),
    ("hotmial.fr", "hotmail.fr"),
    ("hotmai.com", "hotmail.com"),
    ("hotmail.con", "hotmail.com"),
    ("outlok.fr", "outlook.fr"),
    ("outloock.com", "outlook.com"),
    ("orange.f", "orange.fr"),
    ("oragne.fr", "orange.fr"),
    ("ornage.fr", "orange.fr"),
    ("wanado.fr", "wanadoo.fr"),
    ("wanadou.fr", "wanadoo.fr"),
    ("laposte.fr", "laposte.net"),
    ("lapost.net", "laposte.net"),
    ("yaho.fr", "yahoo.fr"),
    ("yahooo.com", "yahoo.com"),
    ("iclod.com", "icloud.com"),
    ("fre.fr", "free.fr"),
    ("protonmial.com", "protonmail.com"),
    ("mairie-lyon.frr", "mairie-lyon.fr"),
    ("dupont.cmo", "dupont.com"),
    ("gmx.ed", "gmx.de"),
    ("gmx.nte", "gmx.net"),
]


def test_a_typing_error_in_a_common_domain_is_seen() -> None:
    faults = [
        f"{typed}: {found}, not {meant}"
        for typed, meant in TYPING_ERRORS
        if (found := meant_by(f"Ada.L@{typed}")) != f"Ada.L@{meant}"
    ]
    assert not faults


NOT_DOUBTED = [
    *COMMON_PROVIDERS,
    *sorted(REAL_NEIGHBOURS),
    *("orange.com", "orange.be", "free.org", "sfr.com", "yahoo.pt", "live.se", "outlook.ie"),
    *("example.org", "parti.example", "mairie-lyon.fr", "dupont.paris", "a.bzh", "ens.fr"),
    *("u-paris.fr", "ac-lyon.fr", "gouv.fr", "cnrs.fr", "xn--fa-hia.de", "mail.gouv.fr"),
    *("yopmail.com", "mozmail.com", "duck.com", "hotmail.se", "posteo.de", "ik.me", "bluemail.ch"),
    *("afr.fr", "me.fr", "arte.tv", "rose.fr", "sncf.fr", "ville.xn--fiqs8s"),
]


def test_a_domain_that_may_be_right_is_not_doubted() -> None:
    faults = [
        f"{domain}: {doubt}"
        for domain in NOT_DOUBTED
        if (doubt := find_doubt(parse_address(f"ada@{domain}")))
    ]
    assert not faults


def test_an_ending_that_does_not_exist_is_doubted_without_a_suggestion() -> None:
    doubt = find_doubt(parse_address("ada@dupont.quatsch"))
    assert doubt is not None
    assert (doubt.suggestion, doubt.has_known_ending) == (None, False)


REPAIRED = [
    ("ada@gmail,com", "ada@gmail.com"),
    ("ada@gmail", "ada@gmail.com"),
    ("ada@Orange", "ada@orange.fr"),
    ("ada@@gmail.com", "ada@gmail.com"),
    ("ada@gmail..com", "ada@gmail.com"),
    (".ada.@gmail.com", "ada@gmail.com"),
    ("ada gmail.com", "ada@gmail.com"),
    ("adagmail.com", "ada@gmail.com"),
    ("ada lovelace@orange.fr", "adalovelace@orange.fr"),
    ("ada@gmial,com", "ada@gmail.com"),
    ("élodie@free.fr", "elodie@free.fr"),
    ("ada@gmail .com", "ada@gmail.com"),
    ("Ada Lovelace ada@gmail.com", "ada@gmail.com"),
    ("Lovelace ada.lovelace@gmail.com", "ada.lovelace@gmail.com"),
    ("ada@gmail.com Ada", "ada@gmail.com"),
    ("Ada L ada@gmial.com", "ada@gmail.com"),
    ("ada arobase gmail.com", "ada@gmail.com"),
    ("ada AROBASE gmail point com", "ada@gmail.com"),
    ("ada[at]gmail.com", "ada@gmail.com"),
    ("ada(at)gmail[dot]com", "ada@gmail.com"),
    ("ada at gmail dot com", "ada@gmail.com"),
    ("0612345678", None),
    ("ada", None),
    ("@gmail.com", None),
    ("ada@", None),
    ("gmail.com", None),
    ("ada@dupont", None),
    ("ada@x@gmail.com", None),
    ("ada@x.fr, bob@x.fr", None),
    ("владимир@yandex.ru", None),
]


def test_a_text_that_is_no_address_is_repaired() -> None:
    faults = [
        f"{typed}: {found}, not {meant}"
        for typed, meant in REPAIRED
        if (found := suggest_address(typed)) != meant
    ]
    assert not faults


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [("", "", 0), ("a", "", 1), ("gmial", "gmail", 1), ("gmal", "gmail", 1), ("xy", "ab", 2)],
)
def test_typing_errors_are_counted(one: str, other: str, errors: int) -> None:
    assert count_typing_errors(one, other) == errors
    assert count_typing_errors(other, one) == errors


def test_each_common_provider_but_old_ones_has_a_web_page_to_read_its_emails() -> None:
    without = {each for each in MAILBOX_PROVIDERS if find_webmail(f"ada@{each}") is None}
    assert without == {"skynet.be", "bluewin.ch"}


def test_a_domain_of_ones_own_has_no_web_page_that_we_know() -> None:
    assert find_webmail("ada@dupont.fr") is None
    found = find_webmail("Ada@GMAIL.com")
    assert found is not None
    assert found.url.startswith("https://")


def test_the_endings_for_a_check_elsewhere_are_those_of_our_check() -> None:
    endings = [each for each in list_known_endings() if each not in {"arpa", "onion"}]
    doubts = [each for each in endings if find_doubt(parse_address(f"ada@qqqqqqqqqqqqqqq.{each}"))]
    assert (len(endings) > 1000, doubts) == (True, [])
    assert {"fr", "museum", "xn--fiqs8s", "example"} <= {*endings}
