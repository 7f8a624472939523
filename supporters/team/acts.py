"""The acts and notices of the team, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class TeamAct(Act):
    """Acts about accounts, roles and rights."""

    ACCOUNT_DISABLED = "account.disabled", _("%(actor)s disabled the account %(object)s.")
    ACCOUNT_ENABLED = "account.enabled", _("%(actor)s enabled the account %(object)s again.")
    ACCOUNT_ANONYMISED = (
        "account.anonymised",
        _("%(actor)s removed the name and the address of %(object)s."),
    )
    ACCOUNT_INVITED = (
        "account.invited",
        _("%(actor)s invited %(object)s to the team. Role: %(role)s."),
    )
    ACCOUNT_ACCEPTED = "account.accepted", _("%(object)s accepted the team invitation.")
    FACTORS_RESET = (
        "account.factors_reset",
        _("%(actor)s removed all second factors of %(object)s."),
    )
    RIGHT_GRANTED = "account.right_granted", _("%(actor)s gave %(object)s a right: %(right)s.")
    RIGHT_REVOKED = "account.right_revoked", _("%(actor)s took a right from %(object)s: %(right)s.")
    PROFILE_CHANGED = (
        "account.profile_changed",
        _("%(actor)s changed the name or language of %(object)s."),
    )
    RIGHT_REQUESTED = (
        "account.right_requested",
        _("%(actor)s asked for a right of %(object)s: %(right)s. Another owner decides."),
    )
    RIGHT_DECLINED = (
        "account.right_declined",
        _("%(actor)s declined a right of %(object)s: %(right)s."),
    )
    ROLE_CHANGED = (
        "account.role_changed",
        _("%(actor)s changed the role of %(object)s: %(before)s before, %(after)s now."),
    )
    LISTS_LIMITED = (
        "account.lists_limited",
        _("%(actor)s changed the lists that %(object)s may see."),
    )
    INVITATION_REVOKED = (
        "account.invitation_revoked",
        _("%(actor)s revoked the team invitation of %(object)s."),
    )


class TeamNotice(Notice):
    """Notices about accounts, roles and rights."""

    EXPORT_GRANTED = (
        "export_granted",
        _("%(account)s has a new right in the console"),
        _("%(actor)s gave %(account)s the right to export people from the console."),
        _("If you did not know of it, look at the team now, and revoke it."),
        _("Look at the team"),
    )
    FACTORS_RESET = (
        "factors_reset",
        _("Set up your sign-in again"),
        _(
            "%(actor)s reset the ways to sign in to your account %(account)s. Your password, "
            "passkeys, app and recovery codes are void, and you were signed out everywhere."
        ),
        _(
            "Choose a new password and add a passkey or an app. The link works once, for seven "
            "days."
        ),
        _("If you did not ask for it, tell the owners of your console."),
        _("Set up my sign-in"),
    )
    FACTORS_RESET_REPORT = (
        "factors_reset_report",
        _("The ways to sign in to %(account)s were reset"),
        _(
            "%(actor)s reset the password, the passkeys, the app and the recovery codes of "
            "%(account)s. The account got an email with a link to set up new ones."
        ),
        _(
            "If you did not know of it, ask %(actor)s and the holder of the account, and disable "
            "the account until you know."
        ),
        _("Look at the team"),
    )
    APPROVAL_GRANTED = (
        "approval_granted",
        _("%(account)s has a new right in the console"),
        _("%(actor)s gave %(account)s the right to approve campaigns."),
        _("The right takes effect after 72 hours."),
        _("If you did not know of it, look at the team now, and revoke it."),
        _("Look at the team"),
    )
    OWNER_GRANTED = (
        "owner_granted",
        _("%(account)s is now an owner of the console"),
        _("%(actor)s made %(account)s an owner of the console."),
        _("A new owner can agree to the requests of other owners after 72 hours."),
        _("If you did not know of it, look at the team now, and change the role."),
        _("Look at the team"),
    )
    EXPORT_REQUESTED = (
        "export_requested",
        _("Is %(account)s to export people?"),
        _("%(actor)s asks that %(account)s may export people from the console."),
        _("Another owner must agree. The request is valid for seven days."),
        _("Read the request"),
    )
    APPROVAL_REQUESTED = (
        "approval_requested",
        _("Is %(account)s to approve campaigns?"),
        _("%(actor)s asks that %(account)s may approve campaigns."),
        _("Another owner must agree. The request is valid for seven days."),
        _("Read the request"),
    )
    OWNER_REQUESTED = (
        "owner_requested",
        _("Is %(account)s to be an owner of the console?"),
        _("%(actor)s asks that %(account)s becomes an owner of the console."),
        _("Another owner must agree. The request is valid for seven days."),
        _("Read the request"),
    )
    REQUEST_DECLINED = (
        "request_declined",
        _("Your request for %(account)s was declined"),
        _("%(actor)s declined the right that you requested for %(account)s."),
        _("Look at the team"),
    )
    ACCOUNT_CHANGED = (
        "account_changed",
        _("The account of %(account)s was changed"),
        _("%(actor)s changed the role, the rights or the lists of %(account)s."),
        _("If you did not know of it, look at the team now."),
        _("Look at the team"),
    )
    ACCOUNT_DISABLED = (
        "account_disabled",
        _("The account of %(account)s was disabled"),
        _("%(actor)s disabled the account of %(account)s. It opens the console no longer."),
        _("If you did not know of it, ask the other owners now. One of them can enable it."),
        _("Look at the team"),
    )
