"""The settings of a provider of OpenID Connect: all of them, or none."""

import pytest

from supporters.settings.openid_settings import OpenIdSettings, read_openid
from supporters.settings.variables import VariableReader

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
