"""Settings that would protect nothing are refused in production; a provider has all or none."""

from secrets import token_hex, token_urlsafe

import pytest

from supporters.settings.openid_settings import OpenIdSettings, read_openid
from supporters.settings.variables import VariableReader
from tests.test_config import PRODUCTION, STRONG_KEY, faults, load

COMPLETE = {
    "SUPPORTERS_OIDC_ISSUER": "https://login.parti.example",
    "SUPPORTERS_OIDC_CLIENT_ID": "supporters",
    "SUPPORTERS_OIDC_CLIENT_SECRET": "a secret",
}


def read(
    variables: dict[str, str], *, is_development: bool = False
) -> tuple[OpenIdSettings | None, list[str]]:
    reader = VariableReader(variables)
    return read_openid(reader, is_development=is_development), reader.faults


@pytest.mark.parametrize(
    "key",
    [
        *("a" * 32, "changeme" * 5, "abc123" * 8, f"changeme-{STRONG_KEY}"),
        *("0123456789" * 3 + "01", "correct-horse-battery-staple-again"),
        *("Correct.Horse.Battery.Staple.Correct.Horse", "victoire_demain_avec_toutes_et_tous_2027"),
    ],
)
def test_a_newest_key_that_can_be_guessed_is_refused(key: str) -> None:
    assert faults(SECRET_KEYS=key) == ["SECRET_KEYS"]


def test_random_keys_and_long_phrases_are_taken() -> None:
    phrase = "ablution-backlit-cobweb-dragging-emission-faucet-granular-hatbox"
    for key in (phrase, token_hex(32), *(token_urlsafe(48) for _ in range(200))):
        assert load(**{**PRODUCTION, "SECRET_KEYS": key}).secret_keys == (key,)


def test_a_form_of_a_site_without_encryption_is_refused() -> None:
    assert faults(FORM_ORIGINS="https://a.example,http://www.parti.example") == ["FORM_ORIGINS"]
    development = load(FORM_ORIGINS="http://www.parti.example")
    assert development.form_origins == ("http://www.parti.example",)


def test_limits_that_are_off_are_a_doubt_that_says_what_they_are() -> None:
    (doubt,) = load(**PRODUCTION, SIGNUP_RATE="0").doubts
    for switched_off in ("sign-ups", "wrong codes", "look-ups", "spike"):
        assert switched_off in doubt
    assert load(SIGNUP_RATE="0").doubts == ()


def test_an_older_weak_key_stays_so_that_the_newest_can_replace_it() -> None:
    keys = f"{STRONG_KEY},{'a' * 32}"
    assert load(**{**PRODUCTION, "SECRET_KEYS": keys}).secret_keys == (STRONG_KEY, "a" * 32)


@pytest.mark.parametrize("name", ["DATABASE_URL", "QUEUE_URL"])
@pytest.mark.parametrize(
    "rest",
    [
        "db.parti.example/supporters",
        "db.parti.example:5432/supporters?sslmode=disable",
        "10.0.0.5/supporters?sslmode=require",
        "/supporters?host=db.parti.example",
        "localhost,db.parti.example/supporters",
        "localhost/supporters?hostaddr=10.0.0.5",
        "[2001:db8::1]:5432/supporters",
        "/supporters?service=abc",
        "localhost/supporters?service=abc&sslmode=require",
    ],
)
def test_a_database_on_another_machine_must_be_verified(name: str, rest: str) -> None:
    assert faults(**{name: f"postgresql://u:p@{rest}"}) == [name]


@pytest.mark.parametrize(
    "rest",
    [
        "localhost/supporters",
        "127.0.0.1:5432/supporters",
        "[::1]/supporters",
        "/supporters?host=/run/postgresql",
        "/supporters",
        "db.parti.example/supporters?sslmode=verify-full&sslrootcert=system",
        "/supporters?service=abc&sslmode=verify-full",
    ],
)
def test_a_local_or_verified_database_is_taken(rest: str) -> None:
    url = f"postgresql://u:p@{rest}"
    assert load(**PRODUCTION, DATABASE_URL=url).queue_url == url


def test_without_variables_there_is_no_provider() -> None:
    assert read({}) == (None, [])


def test_three_variables_make_a_provider() -> None:
    found, faults = read(COMPLETE)
    assert faults == []
    assert found is not None
    assert (found.name, found.always_checks_two_factors) == ("OpenID Connect", False)


def test_a_provider_may_vouch_for_two_factors() -> None:
    found, _ = read({**COMPLETE, "SUPPORTERS_OIDC_MFA": "always"})
    assert found is not None
    assert found.always_checks_two_factors


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_missing_variable_is_named(missing: str) -> None:
    _, faults = read({name: each for name, each in COMPLETE.items() if name != missing})
    assert len(faults) == 1
    assert faults[0].startswith(f"{missing} is missing. Give the ")


@pytest.mark.parametrize(
    "issuer", ["http://login.parti.example", "login.parti.example", "https://", "https://a.b/?c=d"]
)
def test_a_provider_without_tls_is_refused(issuer: str) -> None:
    _, faults = read({**COMPLETE, "SUPPORTERS_OIDC_ISSUER": issuer})
    assert faults == [
        f"SUPPORTERS_OIDC_ISSUER is {issuer!r}. Give it as https://host or https://host/path."
    ]


def test_development_may_use_a_provider_on_this_machine() -> None:
    local = {**COMPLETE, "SUPPORTERS_OIDC_ISSUER": "http://127.0.0.1:9000"}
    assert read(local, is_development=True)[1] == []


def test_an_unknown_word_is_refused() -> None:
    _, faults = read({**COMPLETE, "SUPPORTERS_OIDC_MFA": "yes"})
    assert faults == ["SUPPORTERS_OIDC_MFA is 'yes'. Give one of: claimed, always."]


def test_the_secret_is_not_shown() -> None:
    assert "a secret" not in repr(read(COMPLETE)[0])
