# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the kernel itself declares, in the same words as a service: permissions and the personal data of its rooms."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stadtherz.kernel.moderation.reasons import REASONS
from stadtherz.kernel.moderation.states import Change, State
from stadtherz.kernel.people.roles import Role
from stadtherz.kernel.registry.declaration import Desk, Door, LiveTopic, MenuEntry, Permission, PersonalData, Text

PERMISSIONS: tuple[Permission, ...] = (
    Permission(
        "moderation.decide", _("Release, return or decline contributions"), frozenset({Role.MODERATOR, Role.ADMIN})
    ),
    Permission("people.enter", _("Enter people without e-mail"), frozenset({Role.CLERK, Role.ADMIN})),
    Permission("people.grant", _("Give and take roles"), frozenset({Role.ADMIN})),
    Permission(
        "municipality.change", _("Change name, colours and services of the municipality"), frozenset({Role.ADMIN})
    ),
    Permission("audit.read", _("Read the record of decisions"), frozenset({Role.ADMIN})),
    Permission("api.keys", _("Issue and revoke keys for the programming interface"), frozenset({Role.ADMIN})),
)

# The desk of the staff. Services add their own entries; what is not installed has no address and is not shown.
MENU: tuple[MenuEntry, ...] = (
    MenuEntry(_("Notices"), "notices", Door.OWN, "bell", order=90),
    MenuEntry(_("Moderation"), "moderation:work_list", Door.STAFF, "check-circle", "moderation.decide", 10),
    MenuEntry(_("People without e-mail"), "people:paper", Door.STAFF, "paper", "people.enter", 60),
    MenuEntry(_("Roles"), "people:roles", Door.STAFF, "people", "people.grant", 70),
    MenuEntry(_("Municipality"), "municipality-settings", Door.STAFF, "building", "municipality.change", 75),
    MenuEntry(_("Record of decisions"), "audit:record", Door.STAFF, "list", "audit.read", 80),
    MenuEntry(_("Record of processing activities"), "privacy-processes", Door.STAFF, "lock", "audit.read", 85),
    MenuEntry(_("Keys for programs"), "api-keys:keys", Door.STAFF, "lock", "api.keys", 90),
)

DESKS: tuple[Desk, ...] = (
    Desk("municipality.change", "stadtherz.kernel.municipalities.web.desk:to_write", 5),
    Desk("municipality.change", "stadtherz.kernel.geo.web.desk:to_load", 6),
    Desk("moderation.decide", "stadtherz.kernel.moderation.web.desk:waiting", 10),
)

_PEOPLE = "stadtherz.kernel.people.personal"
_MESSAGES = "stadtherz.kernel.messages.actions"
_FILES = "stadtherz.kernel.files.actions"
_MODERATION = "stadtherz.kernel.moderation.personal"

# Erasure walks this list backwards: the person's own row comes first here, and so goes last.
PERSONAL_DATA: tuple[PersonalData, ...] = (
    PersonalData(
        "people.Person",
        _("Your account: the public name, and the address to reach you."),
        retention_days=7,
        kept=_("until you delete it; a week if you never confirm the address"),
        export=f"{_PEOPLE}:export_account",
        erase=f"{_PEOPLE}:erase_account",
        expire=f"{_PEOPLE}:expire_unconfirmed",
    ),
    PersonalData(
        "account.EmailAddress",
        _("Your e-mail address and whether you confirmed it: to sign in and to be told what became of something."),
        retention_days=None,
        export=f"{_PEOPLE}:export_addresses",
        erase=f"{_PEOPLE}:erase_addresses",
    ),
    PersonalData(
        "account.EmailConfirmation", _("Not used: confirmation links are signed."), retention_days=None, used=False
    ),
    PersonalData(
        "mfa.Authenticator",
        _("Passkeys and second steps, so that nobody else gets into your account."),
        retention_days=None,
        export=f"{_PEOPLE}:export_second_factors",
        erase=f"{_PEOPLE}:erase_second_factors",
    ),
    PersonalData(
        "socialaccount.SocialAccount",
        _("Your number at another provider, if you sign in through one. Nothing else is taken from there."),
        retention_days=None,
        export=f"{_PEOPLE}:export_providers",
        erase=f"{_PEOPLE}:erase_providers",
    ),
    PersonalData(
        "socialaccount.SocialToken",
        _("Not used: tokens of other providers are not kept."),
        retention_days=None,
        used=False,
    ),
    PersonalData(
        "socialaccount.SocialApp",
        _("Not used: providers are set by the operator's options."),
        retention_days=None,
        used=False,
    ),
    PersonalData(
        "people.Session",
        _("On which kinds of device you are signed in and since when; no IP address."),
        retention_days=14,
        export=f"{_PEOPLE}:export_sessions",
        erase=f"{_PEOPLE}:erase_sessions",
        expire=f"{_PEOPLE}:expire_sessions",
    ),
    PersonalData(
        "people.KeptForm",
        _("What you sent without being signed in, sealed, so that it is not lost."),
        retention_days=1,
        kept=_("one hour; cleared away within a day"),
        erase=f"{_PEOPLE}:erase_kept_forms",
        expire=f"{_PEOPLE}:expire_kept_forms",
    ),
    PersonalData(
        "people.Membership",
        _("Which role you have in a municipality, and since when."),
        retention_days=None,
        export=f"{_PEOPLE}:export_roles",
        erase=f"{_PEOPLE}:erase_roles",
    ),
    PersonalData(
        "people.PaperRecord",
        _("Name, year of birth and street of people who take part on paper, so that each counts once."),
        retention_days=730,
        export=f"{_PEOPLE}:export_paper_record",
        erase=f"{_PEOPLE}:erase_paper_record",
        expire=f"{_PEOPLE}:expire_paper_records",
    ),
    PersonalData(
        "notices.Message",
        _("Mails to you, to deliver them and to clear up questions."),
        retention_days=90,
        export=f"{_MESSAGES}:export_messages",
        erase=f"{_MESSAGES}:erase_messages",
        expire=f"{_MESSAGES}:expire_messages",
    ),
    PersonalData(
        "notices.NoticeWish",
        _("Which notices you want and how often. Handed out and removed together with the mails."),
        retention_days=None,
    ),
    PersonalData(
        "files.Picture",
        _("Pictures you handed in, without place and camera."),
        retention_days=180,
        kept=_("for good once it is public; otherwise half a year"),
        export=f"{_FILES}:export_pictures",
        erase=f"{_FILES}:erase_pictures",
        expire=f"{_FILES}:expire_pictures",
    ),
    PersonalData(
        "moderation.Case",
        _("What you handed in for publication and what was decided."),
        retention_days=180,
        kept=_("for good once it is public; otherwise half a year"),
        export=f"{_MODERATION}:export_cases",
        erase=f"{_MODERATION}:erase_cases",
        expire=f"{_MODERATION}:expire_cases",
    ),
    PersonalData(
        "moderation.Decision",
        _("Who of the moderation decided what, to be able to answer for it."),
        retention_days=None,
        erase=f"{_MODERATION}:erase_decisions",
    ),
    PersonalData(
        "moderation.Report",
        _("Who reported a contribution, where the answer goes, and why."),
        retention_days=180,
        kept=_("half a year after it was settled"),
        export=f"{_MODERATION}:export_reports",
        erase=f"{_MODERATION}:erase_reports",
        expire=f"{_MODERATION}:expire_reports",
    ),
    PersonalData(
        "audit.AuditEntry",
        _("The record of decisions, which nobody can change. It holds numbers, no names and no texts of people."),
        retention_days=None,
        kept=_("for good: it proves what was decided"),
    ),
)


LIVE: tuple[LiveTopic, ...] = (LiveTopic("moderation", "moderation.decide"),)

# The record of decisions in words: actions, kinds of their subjects, values of their details.
RECORDED: dict[str, Text] = {
    "api.issue_key": pgettext_lazy("record", "Issued a key for programs"),
    "api.revoke_key": pgettext_lazy("record", "Revoked a key for programs"),
    "api.key:": pgettext_lazy("record", "Key for programs no."),
    "moderation.submit": pgettext_lazy("record", "Handed in for publication"),
    "moderation.release": pgettext_lazy("record", "Released"),
    "moderation.return": pgettext_lazy("record", "Returned to the author"),
    "moderation.decline": pgettext_lazy("record", "Declined to publish"),
    "moderation.withdraw": pgettext_lazy("record", "Withdrew the contribution"),
    "moderation.take_down": pgettext_lazy("record", "Took down from the page"),
    "moderation.propose_take_down": pgettext_lazy("record", "Proposed to take it down"),
    "moderation.keep": pgettext_lazy("record", "Left it public"),
    "moderation.report": pgettext_lazy("record", "Reported a contribution"),
    "moderation.undo": pgettext_lazy("record", "Took back a decision"),
    "moderation.take_over": pgettext_lazy("record", "Took over as released"),
    "municipality.found": pgettext_lazy("record", "Founded the municipality"),
    "municipality.change": pgettext_lazy("record", "Changed the municipality"),
    "municipality.add_host": pgettext_lazy("record", "Added a host name"),
    "municipality.remove_host": pgettext_lazy("record", "Removed a host name"),
    "municipality:": pgettext_lazy("record", "Municipality no."),
    "people.enter": pgettext_lazy("record", "Entered a person without e-mail"),
    "people.correct": pgettext_lazy("record", "Corrected details of a person without e-mail"),
    "people.merge": pgettext_lazy("record", "Merged two entries of the same person"),
    "people.invite": pgettext_lazy("record", "Invited somebody to a role"),
    "people.give_role": pgettext_lazy("record", "Gave a role"),
    "people.take_role": pgettext_lazy("record", "Took a role away"),
    "person:": pgettext_lazy("record", "Account no."),
    "privacy.erase": pgettext_lazy("record", "Erased an account"),
    **{f"moderation={reason.key}": reason.title for reason in REASONS},
    **{f"moderation={change.value}": change.label for change in Change},
    **{f"moderation={state.value}": state.label for state in State},
    **{f"people={role.value}": role.label for role in Role},
}
