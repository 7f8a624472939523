"""Settings: development needs none; in production every fault is named at once."""

import re
from pathlib import Path

import pytest

from supporters.config import DEVELOPMENT_SECRET, Settings, SettingsError, load_settings
from supporters.loopback import is_this_machine

STRONG_KEY = "zq8Wf3-kVx0mB7_rT5yLc2Nn9HdJ6sGa"
PRODUCTION = {
    "ENV": "production",
    "BASE_URL": "https://lettre.parti.example",
    "SECRET_KEYS": STRONG_KEY,
    "PARTY_NAME": "Parti",
    "PARTY_ADDRESS": "1 rue, Paris",
    "PARTY_CONTACT": "bonjour@parti.example",
    "DPO_CONTACT": "donnees@parti.example",
    "MAIL_SERVER": "smtp.parti.example",
    "MAIL_FROM": "lettre@parti.example",
}


def load(**variables: str) -> Settings:
    """Read the settings of a development from these variables, named without their prefix."""
    given = {"ENV": "development", **variables}
    return load_settings({f"SUPPORTERS_{name}": value for name, value in given.items()})


def faults(**changes: str) -> list[str]:
    """Return the refused variables of a production machine, in order."""
    with pytest.raises(SettingsError) as refused:
        load(**{**PRODUCTION, **changes})
    return [fault.split()[0].removeprefix("SUPPORTERS_") for fault in refused.value.faults]


def test_development_needs_no_setting() -> None:
    settings = load()
    assert settings.is_development
    assert settings.base_url == "http://127.0.0.1:5000"
    assert settings.secret_keys == (DEVELOPMENT_SECRET,)
    assert (settings.mail_server, settings.mail_port) == ("127.0.0.1", 2525)
    assert settings.database_url == f"sqlite:///{Path('instance/supporters.db').absolute()}"
    assert (settings.proxies, settings.mail_tls, settings.mail_username) == (0, "none", None)


def test_a_whole_set_is_taken_in_production() -> None:
    settings = load(**PRODUCTION)
    assert not settings.is_development
    assert (settings.mail_tls, settings.mail_port, settings.proxies) == ("starttls", 587, 1)
    assert (settings.host, settings.is_https) == ("lettre.parti.example", True)
    assert settings.mail_domain == "parti.example"


@pytest.mark.parametrize("name", ["PARTY_NAME", "PARTY_ADDRESS"])
def test_text_that_is_not_utf_8_is_refused(name: str) -> None:
    latin_1 = "Parti des Élus".encode("latin-1").decode(errors="surrogateescape")
    assert faults(**{name: latin_1}) == [name]


@pytest.mark.parametrize(("country", "leaves"), [("FR", False), ("no", False), ("US", True)])
def test_where_the_relay_stands_is_known(country: str, leaves: bool) -> None:
    ground = "the adequacy decision of 10 July 2023" if leaves else ""
    settings = load(**PRODUCTION, MAIL_COUNTRY=country, TRANSFER_GROUND=ground)
    assert (settings.mail_country, settings.leaves_the_union) == (country.upper(), leaves)


@pytest.mark.parametrize("country", ["France", "XQ", "12", "150"])
def test_a_country_has_two_letters_that_are_known(country: str) -> None:
    assert faults(MAIL_COUNTRY=country) == ["MAIL_COUNTRY"]


def test_a_relay_outside_the_union_needs_its_ground() -> None:
    assert faults(MAIL_COUNTRY="US") == ["TRANSFER_GROUND"]


def test_all_faults_are_named_at_once_and_each_names_its_variable() -> None:
    with pytest.raises(SettingsError) as refused:
        load(ENV="production", MAIL_PORT="x", MAIL_TLS="ssl", DATABASE_URL="mysql://")
    assert len(refused.value.faults) >= 9
    assert all(re.match(r"SUPPORTERS_[A-Z_]+ \w", fault) for fault in refused.value.faults)
    assert all(fault in str(refused.value) for fault in refused.value.faults)


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "ENV"])
def test_nothing_of_the_partys_identity_has_a_default_in_production(name: str) -> None:
    assert name in faults(**{name: ""})


@pytest.mark.parametrize(
    "keys",
    ["", DEVELOPMENT_SECRET, f"{STRONG_KEY},{DEVELOPMENT_SECRET}", "short", f"{STRONG_KEY} short"],
)
def test_a_secret_that_is_missing_known_or_short_is_refused(keys: str) -> None:
    assert faults(SECRET_KEYS=keys) == ["SECRET_KEYS"]


def test_keys_are_listed_newest_first() -> None:
    new, old = STRONG_KEY, STRONG_KEY[::-1]
    for listed in (f"{new},{old}", f"{new} {old}", f" {new} , {old} ,"):
        assert load(**{**PRODUCTION, "SECRET_KEYS": listed}).secret_keys == (new, old)


@pytest.mark.parametrize("port", ["2525", "1025"])
@pytest.mark.parametrize("server", ["127.0.0.1", "localhost", "::1"])
def test_the_development_mailbox_is_refused_in_production(server: str, port: str) -> None:
    assert faults(MAIL_SERVER=server, MAIL_PORT=port) == ["MAIL_SERVER"]


def test_a_relay_on_this_machine_is_taken_in_production() -> None:
    settings = load(**{**PRODUCTION, "MAIL_SERVER": "127.0.0.1", "MAIL_PORT": "25"})
    assert (settings.mail_port, settings.mail_tls) == (25, "none")


@pytest.mark.parametrize(
    "url",
    [
        "http://parti.example",
        "parti.example",
        "https://parti.example/lettre",
        "https://u:p@parti.example",
        "https://parti.example?x=1",
        "https://parti.example#x",
        "https://",
        "https://parti.example:port",
        "ftp://parti.example",
        "https://p\u00e0rti.example",
        "https://parti example",
    ],
)
def test_an_address_that_cannot_be_linked_to_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"SUPPORTERS_BASE_URL"):
        load(**{**PRODUCTION, "BASE_URL": url})


def test_a_slash_at_the_end_of_the_address_is_dropped() -> None:
    assert load(BASE_URL="http://localhost:5000/").base_url == "http://localhost:5000"


@pytest.mark.parametrize("name", ["PARTY_CONTACT", "DPO_CONTACT", "MAIL_FROM", "BOUNCE_ADDRESS"])
@pytest.mark.parametrize(
    "address", ["parti", "@parti.example", "a@", "Parti <a@parti.example>", "é@parti.example"]
)
def test_only_a_bare_address_is_taken(name: str, address: str) -> None:
    assert name in faults(**{name: address})


def test_bounces_go_to_the_sender_address_unless_another_is_given() -> None:
    assert load(MAIL_FROM="a@parti.example").bounce_address == "a@parti.example"
    settings = load(MAIL_FROM="a@parti.example", BOUNCE_ADDRESS="retours@parti.example")
    assert (settings.mail_from, settings.bounce_address) == (
        "a@parti.example",
        "retours@parti.example",
    )


def test_a_bounce_address_leaves_room_for_the_token_of_each_email() -> None:
    fits, too_long = (f"{'x' * length}@parti.example" for length in (23, 24))
    assert load(BOUNCE_ADDRESS=fits).bounce_address == fits
    assert load(MAIL_FROM=too_long, BOUNCE_ADDRESS=fits).mail_from == too_long
    for name in ("BOUNCE_ADDRESS", "MAIL_FROM"):
        with pytest.raises(SettingsError, match=r"SUPPORTERS_BOUNCE_ADDRESS .*at most 23"):
            load(**{name: too_long})


@pytest.mark.parametrize("name", ["PARTY_NAME", "PARTY_ADDRESS", "MAIL_FROM", "MAIL_PASSWORD"])
@pytest.mark.parametrize("evil", ["a\r\nBcc: b@evil.example", "a\nb", "a\0b"])
def test_a_value_on_several_lines_is_refused(name: str, evil: str) -> None:
    assert name in faults(**{name: evil})


@pytest.mark.parametrize("value", ["-1", "x", "1.5", "65536", "99999999999999999999", "²"])
def test_a_port_is_a_number_that_can_be_one(value: str) -> None:
    assert faults(MAIL_PORT=value) == ["MAIL_PORT"]


def test_passwords_travel_only_over_tls() -> None:
    assert faults(MAIL_TLS="none") == ["MAIL_TLS"]
    assert faults(MAIL_TLS="ssl") == ["MAIL_TLS"]
    assert load(**{**PRODUCTION, "MAIL_TLS": "tls"}).mail_tls == "tls"


@pytest.mark.parametrize(
    ("url", "database", "queue"),
    [
        ("postgres://h/d", "postgresql+psycopg://h/d", "postgresql://h/d"),
        ("postgresql://h/d", "postgresql+psycopg://h/d", "postgresql://h/d"),
        ("sqlite:////tmp/x.db", "sqlite:////tmp/x.db", "sqlite:////tmp/x.db-queue"),
    ],
)
def test_the_queue_lives_beside_the_database(url: str, database: str, queue: str) -> None:
    settings = load(DATABASE_URL=url)
    assert (settings.database_url, settings.queue_url) == (database, queue)


def test_other_databases_and_queues_are_refused() -> None:
    assert faults(DATABASE_URL="mysql://h/d") == ["DATABASE_URL"]
    assert faults(QUEUE_URL="redis://h") == ["QUEUE_URL"]


@pytest.mark.parametrize("host", ["localhost", "x.localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_is_known_by_its_names(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize(
    "host", ["", "parti.example", "localhost.example", "10.0.0.1", "10.255.0.9"]
)
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_this_machine(host)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://Lettre.Parti.Example", "https://lettre.parti.example"),
        ("https://lettre.parti.example:443/", "https://lettre.parti.example"),
        ("HTTPS://lettre.parti.example:8443", "https://lettre.parti.example:8443"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
    ],
)
def test_the_base_url_is_read_as_browsers_write_it(written: str, meant: str) -> None:
    assert load(**{**PRODUCTION, "BASE_URL": written}).base_url == meant


def test_the_connections_for_transactional_emails_are_a_number_from_one_on() -> None:
    assert load().outbox_connections == 2
    assert load(OUTBOX_CONNECTIONS="5").outbox_connections == 5
    with pytest.raises(SettingsError, match="SUPPORTERS_OUTBOX_CONNECTIONS"):
        load(OUTBOX_CONNECTIONS="0")


def test_a_name_that_is_no_setting_is_refused_and_the_near_one_named() -> None:
    with pytest.raises(SettingsError) as refused:
        load(SENDRATE="3")
    assert refused.value.faults == [
        "SUPPORTERS_SENDRATE is no setting. Is SUPPORTERS_SEND_RATE meant?"
    ]
    assert load(**PRODUCTION).doubts == ()


def test_a_user_name_without_a_password_is_doubted() -> None:
    (doubt,) = load(MAIL_USERNAME="party").doubts
    assert "SUPPORTERS_MAIL_PASSWORD" in doubt
    assert load(MAIL_USERNAME="party", MAIL_PASSWORD="secret").doubts == ()


@pytest.mark.parametrize("password", ["p@ss", "pa/ss", "pa#ss", "pa?ss"])
def test_a_password_that_must_be_encoded_is_told_how(password: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(DATABASE_URL=f"postgresql://party:{password}@db.example/supporters")
    (fault,) = refused.value.faults
    assert "percent-encoded" in fault
    assert password not in fault


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://party:p%40ss@db.example/supporters",
        "postgresql:///supporters?host=/run/postgresql&application_name=a@b",
        "postgresql://db.example/supporters?sslmode=verify-full",
    ],
)
def test_a_proper_database_url_is_taken(url: str) -> None:
    assert load(DATABASE_URL=url).database_url.endswith(url.partition("://")[2])


def test_a_source_that_is_no_page_is_refused() -> None:
    assert faults(SOURCE_URL="git@forge.example:party") == ["SOURCE_URL"]


def test_the_check_of_links_is_a_switch_that_is_off_in_development() -> None:
    assert load().checks_links is False
    assert load(LINK_CHECK="on").checks_links is True
    assert load(**PRODUCTION).checks_links is True
    assert load(**PRODUCTION, LINK_CHECK="OFF").checks_links is False
    assert faults(LINK_CHECK="maybe") == ["LINK_CHECK"]
