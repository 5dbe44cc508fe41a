# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A small OpenID Connect provider on 127.0.0.1 (Core 1.0, Discovery 1.0, PKCE after RFC 7636) to sign in with in tests.

It asks nobody anything: whoever comes is ``claims``. ``python -m stadtherz.kernel.people.tests.openid_provider 8113`` serves it for a browser.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "stadtherz", "a secret: between + 100%25 of the two"


class Provider:
    """What the provider knows and says; tests change ``claims``, ``userinfo``, ``key``, ``kid`` and what discovery ``says``."""

    def __init__(self, port: int = 0) -> None:
        self.key = self.published = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.claims: dict[str, Any] = {
            "sub": "4711", "email": "neu@example.org", "email_verified": True, "name": "Ein Name, den wir nicht wollen"
        }  # fmt: skip
        self.userinfo: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: set[str] = set()
        self.algorithm = "RS256"
        self.kid: str | None = "one"
        self.says: dict[str, Any] = {}
        handler = type("Bound", (_Handler,), {"provider": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> dict[str, Any]:
        """For Django's ``SOCIALACCOUNT_PROVIDERS``."""
        app = {
            "provider_id": "oidc", "name": "Bürgerkonto", "client_id": CLIENT, "secret": SECRET,
            "settings": {"server_url": self.issuer},
        }  # fmt: skip
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys", "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.says,
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.published.public_key(), as_dict=True)
        named = {"kid": self.kid, "alg": "RS256"} if self.kid else {}
        return {"keys": [{**public, "use": "sig", **named}]}

    def code_for(self, asked: dict[str, str]) -> str:
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def exchange(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The token end point: code, secret and PKCE verifier must fit."""
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (sent.get("client_id"), sent.get("client_secret")) != (CLIENT, SECRET)
            or sent.get("redirect_uri") != asked["redirect_uri"]
            or challenge.rstrip(b"=").decode() != asked.get("code_challenge")
        ):
            return 400, {"error": "invalid_grant"}
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.claims}
        key: Any = self.key if self.algorithm == "RS256" else "a secret that is long enough for this algorithm"
        signed = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": self.kid} if self.kid else None)
        return 200, {"access_token": token, "token_type": "Bearer", "id_token": signed}


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        provider = self.provider
        if address.path == "/.well-known/openid-configuration":
            self._say(200, provider.discovery())
        elif address.path == "/keys":
            self._say(200, provider.keys())
        elif address.path == "/authorize":
            back = urlencode({"code": provider.code_for(asked), "state": asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif address.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            known = token in provider.tokens
            self._say(200 if known else 401, {**provider.claims, **provider.userinfo} if known else {})
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        sent = {name: values[0] for name, values in parse_qs(body).items()}
        scheme, _, told = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":  # RFC 6749, section 2.3.1: each of the two is encoded as in a form
            client, _, secret = base64.b64decode(told).decode().partition(":")
            sent |= {"client_id": unquote_plus(client), "client_secret": unquote_plus(secret)}
        self._say(*(self.provider.exchange(sent) if self.path == "/token" else (404, {})))

    def _say(self, status: int, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


if __name__ == "__main__":
    Provider(int(sys.argv[1]))
    threading.Event().wait()
