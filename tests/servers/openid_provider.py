"""A small provider of OpenID Connect on loopback, which can also answer falsely."""

import base64
import hashlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from supporters import clock
from tests.servers.ports import free_port

CLIENT_ID, CLIENT_SECRET = "supporters", "a secret of the provider"
SUBJECT = "subject-1"


@dataclass
class OpenIdProvider:
    """A provider. `claims` replaces claims of its answers; None leaves one out.

    `is_pkce_checked` counts that the client proved its code verifier.
    """

    port: int = field(default_factory=free_port)
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    signing_key: RSAKey | None = None
    checked_verifiers: int = 0
    asked: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        """The address of the provider."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "OpenIdProvider":
        """Start to answer."""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(provider.describe(urlsplit(self.path).path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._send(provider.answer({k: v[0] for k, v in parse_qs(body).items()}))

            def log_message(self, *_arguments: Any) -> None:
                """Write nothing."""

            def _send(self, content: dict[str, Any] | None) -> None:
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(content or {}).encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def describe(self, path: str) -> dict[str, Any] | None:
        """Return the metadata or the public keys."""
        pages: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            },
            "/keys": {"keys": [self.key.as_dict(private=False)]},
        }
        return pages.get(path)

    def visit(self, url: str) -> str:
        """Sign in at the provider; return the path that the browser is led back to."""
        self.asked = {name: each[0] for name, each in parse_qs(urlsplit(url).query).items()}
        back = urlsplit(self.asked["redirect_uri"])
        return f"{back.path}?code=a-code&state={self.asked['state']}"

    def answer(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Return the tokens for a code, if its verifier belongs to the challenge (PKCE)."""
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.asked["code_challenge"]:
            return None
        self.checked_verifiers += 1
        now = int(clock.now().timestamp())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"],
            "email": "org@parti.example",
            "email_verified": True,
        }
        claims = {name: each for name, each in {**usual, **self.claims}.items() if each is not None}
        key = self.signing_key or self.key
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, key)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}
