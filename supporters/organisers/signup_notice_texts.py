"""The texts of notices about signups: guessed codes, and a spike."""

from flask_babel import lazy_gettext as _

from supporters.organisers.notice_kinds import Notice, NoticeText

SIGNUP_TEXTS: dict[Notice, NoticeText] = {
    Notice.CODES_STOPPED: NoticeText(
        _("Somebody guesses the codes of confirmation emails"),
        (
            _(
                "Within an hour, %(wrong)s wrong codes were typed on the sign-up pages: more than "
                "right ones. So no code is accepted until the end of the hour."
            ),
            _(
                "People still confirm with the button in their email. There is nothing to do, "
                "unless it goes on for days: then ask the operator to look at the networks."
            ),
        ),
        _("Open the console"),
    ),
}
