"""The texts of notices about roles, rights and accounts of the team."""

from flask_babel import lazy_gettext as _

from supporters.notices.notice_kinds import Notice, NoticeText

TEAM_TEXTS: dict[Notice, NoticeText] = {
    Notice.EXPORT_GRANTED: NoticeText(
        _("%(account)s has a new right in the console"),
        (
            _("%(actor)s gave %(account)s the right to export people from the console."),
            _("If you did not know of it, look at the team now, and revoke it."),
        ),
        _("Look at the team"),
    ),
    Notice.APPROVAL_GRANTED: NoticeText(
        _("%(account)s has a new right in the console"),
        (
            _("%(actor)s gave %(account)s the right to approve campaigns."),
            _("It counts after 72 hours."),
            _("If you did not know of it, look at the team now, and revoke it."),
        ),
        _("Look at the team"),
    ),
    Notice.OWNER_GRANTED: NoticeText(
        _("%(account)s is now an owner of the console"),
        (
            _("%(actor)s made %(account)s an owner of the console."),
            _("A new owner can agree to the requests of other owners after 72 hours."),
            _("If you did not know of it, look at the team now, and change the role."),
        ),
        _("Look at the team"),
    ),
    Notice.EXPORT_REQUESTED: NoticeText(
        _("Is %(account)s to export people?"),
        (
            _("%(actor)s asks that %(account)s may export people from the console."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.APPROVAL_REQUESTED: NoticeText(
        _("Is %(account)s to approve campaigns?"),
        (
            _("%(actor)s asks that %(account)s may approve campaigns."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.OWNER_REQUESTED: NoticeText(
        _("Is %(account)s to be an owner of the console?"),
        (
            _("%(actor)s asks that %(account)s becomes an owner of the console."),
            _("Another owner must agree. The request is valid for seven days."),
        ),
        _("Read the request"),
    ),
    Notice.REQUEST_DECLINED: NoticeText(
        _("Your request for %(account)s was declined"),
        (_("%(actor)s declined the right that you requested for %(account)s."),),
        _("Look at the team"),
    ),
    Notice.ACCOUNT_CHANGED: NoticeText(
        _("The account of %(account)s was changed"),
        (
            _("%(actor)s changed the role, the rights or the lists of %(account)s."),
            _("If you did not know of it, look at the team now."),
        ),
        _("Look at the team"),
    ),
    Notice.ACCOUNT_DISABLED: NoticeText(
        _("The account of %(account)s was disabled"),
        (
            _("%(actor)s disabled the account of %(account)s. It opens the console no longer."),
            _("If you did not know of it, ask the other owners now. One of them can enable it."),
        ),
        _("Look at the team"),
    ),
}
