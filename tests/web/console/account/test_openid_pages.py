"""Signing in through a provider of OpenID Connect: existing accounts with verified addresses."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser_by_email, list_organisers
from supporters.config import Settings
from supporters.settings.openid_settings import OpenIdSettings
from supporters.sign_in.acts import SignInAct
from supporters.team.accounts import disable_organiser
from supporters.team.team_invitations import invite_organiser
from tests.audit_log.test_audit_events import events
from tests.conftest import running_app
from tests.factories.accounts import make_organiser, make_owner, sign_in
from tests.factories.factors import FACTORS, add_app
from tests.servers.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tests.web.console.pages import followed, is_signed_in

EMAIL = "org@parti.example"
START = "/console/openid"
SIGN_IN = "/console/sign-in"


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def openid(provider: OpenIdProvider) -> OpenIdSettings:
    return OpenIdSettings(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        name="Compte du Parti",
        always_checks_two_factors=False,
    )


@pytest.fixture
def settings(settings: Settings, openid: OpenIdSettings) -> Settings:
    """Return the settings of production with a provider."""
    return dataclasses.replace(settings, openid=openid, is_development=False)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with running_app(settings) as app:
        make_organiser(EMAIL)
        yield app


def sign_in_through(client: FlaskClient, provider: OpenIdProvider, **claims: Any) -> str:
    """Sign in through the provider; return where the browser is led then."""
    provider.claims = claims
    led = client.get(START, query_string={"next": "/console/lists"})
    return str(client.get(provider.visit(str(led.location))).location)


def is_in(client: FlaskClient) -> bool:
    """Tell whether a session was begun, with a second factor or without."""
    return client.get(FACTORS).status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize("claims", [{"email": "org@parti.example\0"}, {"sub": "subject\0"}])
def test_a_claim_that_is_no_text_is_refused(
    client: FlaskClient, provider: OpenIdProvider, claims: dict[str, str]
) -> None:
    assert sign_in_through(client, provider, amr=["mfa"], **claims).startswith(SIGN_IN)
    assert not is_in(client)


def test_an_account_signs_in_with_two_factors_of_the_provider(
    client: FlaskClient, provider: OpenIdProvider
) -> None:
    assert sign_in_through(client, provider, amr=["pwd", "mfa"]) == "/console/lists"
    assert is_signed_in(client)
    assert provider.checked_verifiers == 1


def test_the_sign_in_page_names_the_provider(client: FlaskClient) -> None:
    assert "Compte du Parti" in client.get(SIGN_IN).text


@pytest.mark.parametrize("amr", [None, [], ["pwd"], ["mfa-less"]])
def test_one_factor_of_the_provider_is_not_enough(
    client: FlaskClient, provider: OpenIdProvider, amr: Any
) -> None:
    sign_in_through(client, provider, amr=amr)
    assert client.get("/console/").location == FACTORS


def test_the_second_factor_of_the_account_completes_one_of_the_provider(
    app: Flask, client: FlaskClient, provider: OpenIdProvider
) -> None:
    organiser = find_organiser_by_email(EMAIL)
    assert organiser is not None
    add_app(sign_in(app, organiser))
    assert sign_in_through(client, provider) == "/console/sign-in/code"
    assert not is_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email": "nobody@parti.example"},
        {"email": None},
        {"sub": None},
        {"sub": ""},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": CLIENT_ID},
        {"nonce": "of another browser"},
        {"nonce": None},
        {"exp": 1_000},
        {"amr": "mfa-less"},
    ],
    ids=str,
)
def test_an_answer_with_a_false_claim_signs_nobody_in(
    client: FlaskClient, provider: OpenIdProvider, claims: dict[str, Any]
) -> None:
    assert sign_in_through(client, provider, **{"amr": ["mfa"], **claims}) == SIGN_IN
    assert not is_in(client)


def test_an_answer_signed_by_another_key_signs_nobody_in(
    client: FlaskClient, provider: OpenIdProvider
) -> None:
    provider.signing_key = RSAKey.generate_key(2048)
    assert sign_in_through(client, provider) == SIGN_IN
    assert not is_in(client)


def test_an_answer_to_another_browser_signs_nobody_in(
    app: Flask, client: FlaskClient, provider: OpenIdProvider
) -> None:
    led = app.test_client().get(START)
    client.get(START)
    assert client.get(provider.visit(str(led.location))).location == SIGN_IN
    assert not is_in(client)


def test_an_answer_works_once(client: FlaskClient, provider: OpenIdProvider) -> None:
    back = provider.visit(str(client.get(START).location))
    client.get(back)
    client.get("/console/language/fr")
    assert client.get(back).location == SIGN_IN


def test_a_disabled_account_is_refused(client: FlaskClient, provider: OpenIdProvider) -> None:
    organiser = find_organiser_by_email(EMAIL)
    assert organiser is not None
    make_owner()
    disable_organiser(organiser.id)
    assert sign_in_through(client, provider) == SIGN_IN
    assert events()[-1].act == SignInAct.SESSION_OPENID_REFUSED.value
    assert not is_in(client)


def test_an_invitation_is_accepted_by_its_link_only(
    client: FlaskClient, provider: OpenIdProvider
) -> None:
    invite_organiser("invited@parti.example", RoleName.ORGANISER, "fr", inviter="")
    sign_in_through(client, provider, email="invited@parti.example")
    assert not is_in(client)


def test_nobody_gets_an_account_by_the_provider(
    client: FlaskClient, provider: OpenIdProvider
) -> None:
    sign_in_through(client, provider, email="new@parti.example")
    assert [each.email for each in list_organisers()] == [EMAIL]


def test_an_address_that_the_provider_gave_to_another_person_is_refused(
    app: Flask, provider: OpenIdProvider
) -> None:
    first, second = app.test_client(), app.test_client()
    sign_in_through(first, provider)
    assert sign_in_through(second, provider, sub="subject-2") == SIGN_IN
    assert is_in(first)
    assert not is_in(second)


def test_a_person_of_the_provider_has_one_account(app: Flask, provider: OpenIdProvider) -> None:
    make_organiser("other@parti.example")
    sign_in_through(app.test_client(), provider)
    second = app.test_client()
    sign_in_through(second, provider, email="other@parti.example")
    assert not is_in(second)


def test_a_provider_that_does_not_answer_is_said(app: Flask, settings: Settings) -> None:
    with OpenIdProvider() as gone:
        silent = gone.issuer
    assert settings.openid is not None
    unreachable = dataclasses.replace(settings.openid, issuer=silent)
    with running_app(dataclasses.replace(settings, openid=unreachable)) as lost:
        client = lost.test_client()
        page = followed(client, client.get(START))
    assert "ne répond pas" in page


def test_without_a_provider_there_is_no_such_page(app: Flask, settings: Settings) -> None:
    with running_app(dataclasses.replace(settings, openid=None)) as plain:
        client = plain.test_client()
        pages = [client.get(page).status_code for page in (START, f"{START}/return")]
    assert pages == [404, 404]
