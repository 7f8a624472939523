"""The settings of a provider of OpenID Connect: SUPPORTERS_OIDC_* variables, all or none."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from supporters.settings.variables import VariableReader

MFA_WORDS = ("claimed", "always")
REQUIRED = {
    "OIDC_ISSUER": "the provider's address, as in https://login.party.example",
    "OIDC_CLIENT_ID": "the name that the provider gave to this installation",
    "OIDC_CLIENT_SECRET": "the secret that the provider gave to this installation",
}


@dataclass(frozen=True, kw_only=True)
class OpenIdSettings:
    """A provider. `always_checks_two_factors`: it lets nobody in with a password alone."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    always_checks_two_factors: bool


def read_openid(reader: VariableReader, *, is_development: bool) -> OpenIdSettings | None:
    """Return the provider, or None if no variable names one."""
    values = {name: reader.text(name) for name in REQUIRED}
    name = reader.text("OIDC_NAME", "OpenID Connect")
    mfa = reader.text("OIDC_MFA", "claimed")
    if mfa not in MFA_WORDS:
        reader.fault("OIDC_MFA", f"is {mfa!r}. Give one of: {', '.join(MFA_WORDS)}.")
    if not any(values.values()):
        return None
    for missing in (each for each, value in values.items() if not value):
        reader.fault(missing, f"is missing. Give {REQUIRED[missing]}.")
    issuer = values["OIDC_ISSUER"]
    parts = urlsplit(issuer)
    schemes = {"https", "http"} if is_development else {"https"}
    if issuer and (parts.scheme not in schemes or not parts.hostname or parts.query):
        reader.fault("OIDC_ISSUER", f"is {issuer!r}. Give it as https://host or https://host/path.")
    return OpenIdSettings(
        issuer=issuer,
        client_id=values["OIDC_CLIENT_ID"],
        client_secret=values["OIDC_CLIENT_SECRET"],
        name=name,
        always_checks_two_factors=mfa == "always",
    )
