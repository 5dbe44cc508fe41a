# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses about people. django-allauth's views are listed one by one, each with who may see it."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.urls import URLPattern, URLResolver, include, path, re_path

from stadtherz.kernel.people.web import account as own
from stadtherz.kernel.people.web import leaving, openid, paper, roles
from stadtherz.kernel.people.web.guards import public, signed_in

ENTRANCE: list[URLPattern | URLResolver] = [
    path("login/", public(account.login), name="account_login"),
    path("logout/", public(leaving.sign_out), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("signup/", public(account.signup), name="account_signup"),
    path("confirm-email/", public(account.email_verification_sent), name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", public(account.confirm_email), name="account_confirm_email"),
    path("password/reset/", public(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/ask/", public(mfa.authenticate), name="mfa_authenticate"),
    path("passkeys/login/", public(webauthn.login_webauthn), name="mfa_login_webauthn"),
]

OWN_ACCOUNT: list[URLPattern | URLResolver] = [
    path("reauthenticate/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("email/", signed_in(account.email), name="account_email"),
    path("password/change/", signed_in(account.password_change), name="account_change_password"),
    path("password/set/", signed_in(account.password_set), name="account_set_password"),
    path("second-factor/", signed_in(mfa.index), name="mfa_index"),
    path("second-factor/reauthenticate/", signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/activate/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/deactivate/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", signed_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", signed_in(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", signed_in(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("passkeys/", signed_in(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", signed_in(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/reauthenticate/", signed_in(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", signed_in(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/edit/", signed_in(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]

# Without a configured provider each of them answers 404.
OPENID_CONNECT: list[URLPattern | URLResolver] = [
    path(
        "openid/cancelled/",
        public(openid.configured(social.login_cancelled)),
        name="socialaccount_login_cancelled",
    ),
    path("openid/error/", public(openid.configured(social.login_error)), name="socialaccount_login_error"),
    path("openid/signup/", public(openid.configured(social.signup)), name="socialaccount_signup"),
    path(
        "openid/connections/",
        signed_in(openid.configured(social.connections)),
        name="socialaccount_connections",
    ),
    path("openid/<str:provider_id>/login/", public(openid.start), name="openid_connect_login"),
    path("openid/<str:provider_id>/login/callback/", public(openid.callback), name="openid_connect_callback"),
]

OURS: list[URLPattern | URLResolver] = [
    path("account/", own.account, name="account"),
    path("account/sessions/", own.sessions, name="sessions"),
    path("account/sessions/end/", own.end_session, name="end-session"),
    path("account/sessions/end-others/", own.end_other_sessions, name="end-other-sessions"),
    path("account/invitation/<str:token>/", roles.invitation, name="invitation"),
    path("staff/people/", paper.search, name="paper"),
    path("staff/people/new/", paper.enter, name="paper-enter"),
    path("staff/people/<int:pk>/", paper.show, name="paper-show"),
    path("staff/people/<int:pk>/print/", paper.printout, name="paper-print"),
    path("staff/people/<int:pk>/merge/", paper.merge, name="paper-merge"),
    path("staff/roles/", roles.overview, name="roles"),
    path("staff/roles/give/", roles.give, name="role-give"),
    path("staff/roles/take/", roles.take, name="role-take"),
]

urlpatterns = [
    path("", include((OURS, "people"))),
    path("account/", include(ENTRANCE)),
    path("account/", include(OWN_ACCOUNT)),
    path("account/", include(OPENID_CONNECT)),
]
