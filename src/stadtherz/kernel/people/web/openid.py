# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sign-in through the operator's OpenID Connect provider (OpenID Connect Core 1.0), on top of django-allauth.

Three things are stricter here: the signature of the ID token is always verified, the user info must be about the same
person, and an e-mail address counts as verified only if the provider says so in plain words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote_plus

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

# Signatures with a public key (RFC 7518, section 3.1). With HS256 whoever knows the public key could sign.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
KEYS_OF = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
CLOCKS_DIFFER = 60  # seconds
REFUSALS = (OAuth2Error, RequestException, KeyError, TypeError, ValueError)


class StandardClient(OAuth2Client):
    """Tells the secret as the standard wants it: a strict provider decodes what it gets."""

    consumer_key: str
    consumer_secret: str

    def get_access_token(self, *args: Any, **kwargs: Any) -> Any:
        """RFC 6749, section 2.3.1: by HTTP Basic, id and secret are encoded as in a form."""
        if self.basic_auth:
            self.consumer_key, self.consumer_secret = quote_plus(self.consumer_key), quote_plus(self.consumer_secret)
        return super().get_access_token(*args, **kwargs)


class CheckedProvider(OpenIDConnectOAuth2Adapter):
    """What the provider says, checked before it is believed."""

    client_class = StandardClient

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> Any:
        """Who signed in. Raises ``OAuth2Error`` for everything that is not as the standard wants it."""
        try:
            self.require_the_right_one()
            claims = self._decode_id_token(app, kwargs["response"]["id_token"])
            told = claims
            if self.openid_config.get("userinfo_endpoint"):
                told = self._fetch_user_info(token.token)
                if told["sub"] != claims["sub"]:  # OpenID Connect Core 1.0, section 5.3.2
                    raise OAuth2Error("The user info is about somebody else than the ID token.")
            told["email_verified"] = told.get("email_verified") in (True, "true")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("The provider's answer lacks something.") from error
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": claims})

    def require_the_right_one(self) -> None:
        """It must call itself as the operator calls it (Discovery 1.0, section 4.3). Raises ``OAuth2Error``."""
        said, wanted = str(self.openid_config["issuer"]), str(self.get_provider().app.settings["server_url"])
        if said.rstrip("/") != wanted.partition("/.well-known/")[0].rstrip("/"):
            raise OAuth2Error(f"The provider calls itself {said}; STADTHERZ_OIDC_ISSUER says {wanted}.")

    @property
    def basic_auth(self) -> bool:
        """Who names no way of telling the secret means this one (Discovery 1.0, section 3)."""
        return "token_endpoint_auth_methods_supported" not in self.openid_config or bool(super().basic_auth)

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("The ID token is not signed with a public-key algorithm.")
            claims: dict[str, Any] = jwt.decode(
                id_token, self._key(header).key, algorithms=[header["alg"]], issuer=self.openid_config["issuer"],
                audience=app.client_id, leeway=CLOCKS_DIFFER, options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )  # fmt: skip
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"The ID token is not valid: {error}") from error
        if claims.get("azp", app.client_id) != app.client_id:  # section 3.1.3.7
            raise OAuth2Error("The ID token was issued to somebody else.")
        jwtkit.verify_jti(claims)
        return claims

    def _key(self, header: dict[str, Any]) -> jwt.PyJWK:
        """The published key that the token names; one that names none is signed with the only one (section 10.1)."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        kind = KEYS_OF[header["alg"][:2]]
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")]
        keys = [key for key in keys if key.key_type == kind and header.get("kid") in (None, key.key_id)]
        if len(keys) != 1:
            raise OAuth2Error(f"{len(keys)} published keys fit the ID token, not one.")
        return keys[0]


def configured(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing is there (404) as long as the operator has configured no provider."""

    @wraps(view)
    def with_provider(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect"):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except SocialApp.DoesNotExist as error:
            raise Http404 from error

    return with_provider


@configured
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider. Not by a redirect: ``form-action`` of our Content-Security-Policy (CSP Level 3, section 6.4.1)
    lets no form of ours end elsewhere, so a page leads on by itself."""
    adapter = CheckedProvider(request, provider_id)
    try:
        adapter.require_the_right_one()  # before anybody is sent there
        response: HttpResponse = OAuth2LoginView.adapter_view(adapter)(request)
    except REFUSALS as error:  # the provider does not answer, or not as one
        return render_authentication_error(request, adapter.get_provider(), exception=error)
    if request.method == "POST" and response.status_code == 302:
        context = {"provider": adapter.get_provider(), "address": response.headers["Location"]}
        return render(request, "people/to_provider.html", context)
    return response


@configured
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with a code or a refusal."""
    adapter = CheckedProvider(request, provider_id)
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except REFUSALS as error:  # it has gone away meanwhile
        return render_authentication_error(request, adapter.get_provider(), exception=error)
    return response
