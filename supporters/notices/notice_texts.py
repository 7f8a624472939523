"""The texts of the notices about security: a subject, paragraphs, and the words of a button.

A text may use the values that its sender gives, as %(name)s.
"""

from flask_babel import lazy_gettext as _

from supporters.notices.breach_notice_texts import BREACH_TEXTS
from supporters.notices.notice_kinds import Notice, NoticeText
from supporters.notices.public_notice_texts import PUBLIC_TEXTS
from supporters.notices.sign_in_notice_texts import SIGN_IN_TEXTS
from supporters.notices.team_notice_texts import TEAM_TEXTS
from supporters.notices.work_notice_texts import WORK_TEXTS

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
    Notice.BASELESS_CONSENTS: NoticeText(
        _("Somebody wrote to the database: people without a valid consent were on a list"),
        (
            _(
                "The campaign “%(campaign)s” did not go to %(people)s people who are on its list. "
                "%(ended)s of them left or objected after their consent; of %(unlogged)s the "
                "consent log knows no consent."
            ),
            _(
                "Our program makes no such rows, so somebody wrote to the database past it. They "
                "may have changed more. Stop all sending, keep everything as it is, and ask the "
                "operator to run: flask consent verify"
            ),
            _(
                "This may be a personal data breach. The data protection officer decides within 72 "
                "hours whether the authority must be told."
            ),
        ),
        _("Open the campaign"),
    ),
    Notice.SIGNUP_SPIKE: NoticeText(
        _("Far more sign-ups than usual: their emails wait for you"),
        (
            _(
                "Within five minutes %(counted)s confirmation emails were to leave, more than "
                "twenty times the usual number. Somebody may be using our form to flood mailboxes."
            ),
            _(
                "Nobody was refused, and nothing is lost: %(held)s emails wait. If networks or "
                "mail domains stand out, only theirs do. Let them go if you know the reason, such "
                "as a broadcast. Otherwise drop those of the network or the mail domain that "
                "sends them."
            ),
        ),
        _("Decide about the emails"),
    ),
}
NOTICE_TEXTS: dict[Notice, NoticeText] = (
    SIGN_IN_TEXTS | TEAM_TEXTS | WORK_TEXTS | BREACH_TEXTS | SIGNUP_TEXTS | PUBLIC_TEXTS
)
