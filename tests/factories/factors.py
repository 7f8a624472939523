"""A security key made of software, codes of an authenticator app, and browsers that use them."""

import base64
import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters import clock
from supporters.extensions import current_encryptor
from supporters.mail.models import EmailKind
from tests.factories.accounts import PASSWORD
from tests.web.console.pages import emails
from tests.web.public.pages import hidden_values, press

SIGN_IN = "/console/sign-in"
FACTORS = "/console/account/factors"
NEW_PASSKEY = f"{FACTORS}/passkey"
NEW_APP = f"{FACTORS}/app"
PASSKEY_SIGN_IN = "/console/passkeys/sign-in"
PASSKEY_CONFIRM = "/console/passkeys/confirm"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
SECRET = re.compile(r'secret-key">([A-Z2-7 ]+)<')
Json = Mapping[str, Any]


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class SoftwareKey:
    """A security key without a case: it signs what the options ask, or what an attack needs."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    flags: int = PRESENT | VERIFIED
    count: int = 0
    handle: str | None = None
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: Json) -> str:
        """Return the answer to the options of a new passkey."""
        self.handle = options["user"]["id"]
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id
        content = self._data(self.flags | ATTESTED) + attested + self._public_key()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": content})
        client_data = self._client_data("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=client_data, attestationObject=attestation)

    def sign(self, options: Json) -> str:
        """Return the answer to the options of a sign-in."""
        client_data = self._client_data("webauthn.get", options["challenge"])
        content = self._data(self.flags)
        signed = content + hashlib.sha256(client_data).digest()
        signature = self.private.sign(signed, ec.ECDSA(SHA256()))
        answer = {"clientDataJSON": client_data, "authenticatorData": content}
        handle = {} if self.handle is None else {"userHandle": self.handle}
        return self._answer(**answer, signature=signature, **handle)

    def _public_key(self) -> bytes:
        numbers = self.private.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )

    def _data(self, flags: int) -> bytes:
        return (
            hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)
        )

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response: bytes | str) -> str:
        texts = {
            name: each if isinstance(each, str) else _text(each) for name, each in response.items()
        }
        named = _text(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": texts})


def options_of(client: FlaskClient, action: str, page: str) -> Any:
    """Ask for the options of a form with a passkey, as the script of its page does."""
    token = hidden_values(client.get(page).text)["csrf_token"]
    return client.post(f"{action}/options", data={"csrf_token": token}).json


def add_key(client: FlaskClient, key: SoftwareKey | None = None, name: str = "Clé") -> SoftwareKey:
    """Add a passkey to the account of a browser."""
    key = key or SoftwareKey()
    response = send_new_key(client, key.create(options_of(client, NEW_PASSKEY, NEW_PASSKEY)), name)
    assert response.status_code == 303, response.text
    return key


def send_new_key(client: FlaskClient, answer: str, name: str = "Clé") -> TestResponse:
    """Send the answer of a device as a new passkey."""
    return press(client, NEW_PASSKEY, name=name, credential=answer)


def sign_in_with(client: FlaskClient, key: SoftwareKey, **fields: str) -> TestResponse:
    """Sign in with a passkey."""
    return send_answer(client, key.sign(options_of(client, PASSKEY_SIGN_IN, SIGN_IN)), **fields)


def send_answer(client: FlaskClient, answer: str, **fields: str) -> TestResponse:
    """Send the answer of a passkey to the sign-in."""
    token = hidden_values(client.get(SIGN_IN).text)["csrf_token"]
    data = {"csrf_token": token, "credential": answer, **fields}
    return client.post(PASSKEY_SIGN_IN, data=data)


def code_of(secret: str, moment: datetime | None = None) -> str:
    """Return the code that an app shows for a secret as it is spelled on the page."""
    key = base64.b32decode(secret.replace(" ", ""))
    now = int((moment or clock.now()).timestamp())
    app = TOTP(key, 6, SHA1(), 30, enforce_key_length=False)  # noqa: S303
    return app.generate(now).decode()


def add_app(client: FlaskClient) -> str:
    """Set up an authenticator app for the account of a browser; return its secret."""
    html = client.get(NEW_APP).text
    found = SECRET.search(html)
    assert found is not None
    response = client.post(NEW_APP, data={**hidden_values(html), "code": code_of(found[1])})
    assert response.status_code == 303, response.text
    return found[1]


def new_codes(client: FlaskClient) -> list[str]:
    """Return the recovery codes that the next page shows."""
    return re.findall(r"<code>([a-z0-9-]{19})</code>", client.get(f"{FACTORS}/codes/new").text)


def type_password(client: FlaskClient, email: str, **fields: str) -> TestResponse:
    """Send the page of the password."""
    return press(client, SIGN_IN, email=email, password=PASSWORD, **fields)


def notices(name: str) -> dict[str, dict[str, Any]]:
    """Return the values of the emails with a notice, by recipient."""
    contents = [
        json.loads(current_encryptor().decrypt(email.encrypted or b""))
        for email in emails(EmailKind.SECURITY_NOTICE)
    ]
    return {
        each["recipient"]: each["values"] for each in contents if each["values"]["notice"] == name
    }
