"""The settings of the public's pages: the sites with our form, addresses, and languages."""

import pytest

from supporters.config import SettingsError
from tests.test_config import PRODUCTION, faults, load


def test_the_sites_with_our_form_are_origins() -> None:
    settings = load(**PRODUCTION, FORM_ORIGINS="https://WWW.party.example/, https://b.example:8443")
    assert settings.form_origins == ("https://www.party.example", "https://b.example:8443")


@pytest.mark.parametrize("given", ["www.party.example", "https://a.example/path", "*", "null"])
def test_what_is_no_origin_is_named(given: str) -> None:
    assert faults(FORM_ORIGINS=given) == ["FORM_ORIGINS"]


def test_addresses_that_last_for_minutes_are_refused_only_if_the_operator_says_so() -> None:
    assert load(**PRODUCTION).refuses_disposable is False
    assert load(REFUSE_DISPOSABLE="on").refuses_disposable is True
    assert faults(REFUSE_DISPOSABLE="perhaps") == ["REFUSE_DISPOSABLE"]


def test_the_public_gets_french_and_english_unless_the_operator_chooses() -> None:
    assert load().languages.offered == ("fr", "en")
    assert load(LANGUAGES="de, fr it").languages.offered == ("de", "fr", "it")


def test_an_unknown_language_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"LANGUAGES names pt. Give some of: fr, en, de, es"):
        load(LANGUAGES="fr,pt")


def test_the_words_for_of_the_party_are_read_by_language() -> None:
    settings = load(PARTY_NAME_OF_FR="du Parti de l’Exemple", PARTY_NAME_OF_DE="")
    assert settings.languages.of_party == {"fr": "du Parti de l’Exemple"}


def test_the_servers_of_the_party_are_addresses_or_networks() -> None:
    servers = load(FORM_SERVERS="203.0.113.7, 2001:db8:1::/48").form_servers
    assert [str(each) for each in servers] == ["203.0.113.7/32", "2001:db8:1::/48"]
    assert load().form_servers == ()


@pytest.mark.parametrize("given", ["www.party.example", "0.0.0.0/0", "10.0.0.0/8", "::/0", "x/24"])
def test_what_is_no_server_of_a_party_is_named(given: str) -> None:
    assert faults(FORM_SERVERS=given) == ["FORM_SERVERS"]
