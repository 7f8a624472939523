"""The client of OpenID Connect: the code flow with PKCE, a state and a nonce, made by Authlib.

Authlib is large, and few installations have a provider: only with one is it imported.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

import structlog
from flask import Flask, Response

from supporters.config import Settings
from supporters.extensions import current_settings
from supporters.mail.links import link_to

PROVIDER = "openid"
WAITS_FOR = timedelta(seconds=10)
LEEWAY_SECONDS = 60
log = structlog.get_logger(__name__)


class ProviderRefused(Exception):
    """The provider's answer does not hold, or there is none."""


def init_app(app: Flask, settings: Settings) -> None:
    """Register the provider, if there is one. Its metadata is read at the first sign-in."""
    if settings.openid is None:
        return
    from authlib.integrations.flask_client import OAuth  # noqa: PLC0415 - see above

    oauth = OAuth(app)
    oauth.register(
        PROVIDER,
        client_id=settings.openid.client_id,
        client_secret=settings.openid.client_secret,
        server_metadata_url=f"{settings.openid.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": WAITS_FOR.total_seconds(),
        },
    )
    app.extensions[PROVIDER] = oauth


def lead_to_provider(app: Flask) -> Response:
    """Return the redirect to the provider. Raises ProviderRefused if it can't be reached."""
    try:
        client = app.extensions[PROVIDER].create_client(PROVIDER)
        return cast(Response, client.authorize_redirect(link_to("console.openid_return")))
    except _faults() as error:
        log.warning("openid.unreachable", fault=type(error).__name__)
        raise ProviderRefused from error


def read_claims(app: Flask) -> Mapping[str, Any]:
    """Return the verified claims of the answer in this request. Raises ProviderRefused.

    Authlib checks the state, the signature, the times and the nonce. The issuer and the audience
    are compared with the settings, not with the provider's own metadata.
    """
    settings = current_settings().openid
    client = app.extensions[PROVIDER].create_client(PROVIDER)
    options = {
        "iss": {"essential": True, "value": settings.issuer if settings else ""},
        "aud": {"essential": True, "value": settings.client_id if settings else ""},
    }
    try:
        token = client.authorize_access_token(claims_options=options, leeway=LEEWAY_SECONDS)
    except _faults() as error:
        log.warning("openid.refused", fault=type(error).__name__)
        raise ProviderRefused from error
    claims = token.get("userinfo")
    if not claims:
        raise ProviderRefused
    return cast(Mapping[str, Any], claims)


def _faults() -> tuple[type[Exception], ...]:
    """Return what Authlib raises if the provider can't be reached, or its answer does not hold."""
    from authlib.integrations.base_client.errors import OAuthError  # noqa: PLC0415 - see above
    from joserfc.errors import JoseError  # noqa: PLC0415
    from requests.exceptions import RequestException  # noqa: PLC0415

    return (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
