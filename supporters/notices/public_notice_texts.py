"""The texts of notices about words that the public reads: consents, forms, welcome emails."""

from flask_babel import lazy_gettext as _

from supporters.notices.notice_kinds import Notice, NoticeText

_THE_TEXTS = _("The text: %(texts)s")
_LOOK = _("Look at the text")
_CANCEL = _(
    "If you did not know of it, or doubt it, cancel it now. Each owner can do that, and the data "
    "protection officer."
)
PUBLIC_TEXTS: dict[Notice, NoticeText] = {
    Notice.CONSENT_CHANGE_WAITS: NoticeText(
        _("A consent text waits for a second person: %(name)s"),
        (
            _(
                "%(actor)s asks for the agreement of a second person to a text of “%(name)s”: "
                "to give the consent another meaning, or to write to the people who agreed to an "
                "earlier text."
            ),
            _THE_TEXTS,
            _(
                "Nothing changes and no email leaves before another owner or the data protection "
                "officer agrees. Without an answer it ends after %(days)s days."
            ),
        ),
        _LOOK,
    ),
    Notice.CONSENT_CHANGE_BEGINS: NoticeText(
        _("A consent text changes in %(hours)s hours: %(name)s"),
        (
            _(
                "%(actor)s is the only owner, so nobody else can agree to this text of "
                "“%(name)s”. It is put in force, or people are asked about it, after %(hours)s "
                "hours."
            ),
            _THE_TEXTS,
            _CANCEL,
        ),
        _LOOK,
    ),
    Notice.CONSENT_CHANGE_AGREED: NoticeText(
        _("A consent text changes in %(hours)s hours: %(name)s"),
        (
            _(
                "%(actor)s agreed to a text of “%(name)s”. It is put in force, or people are "
                "asked about it, after %(hours)s hours."
            ),
            _THE_TEXTS,
            _CANCEL,
        ),
        _LOOK,
    ),
    Notice.CONSENT_CHANGE_DONE: NoticeText(
        _("A consent text is agreed: %(name)s"),
        (
            _(
                "Two persons agreed to this text of “%(name)s”, or its waiting time is over "
                "(by %(actor)s). It is in force now. Emails that ask people about it can leave."
            ),
            _THE_TEXTS,
            _("An owner can stop these emails at any time, on the page of the consent."),
        ),
        _LOOK,
    ),
    Notice.CONSENT_CHANGE_CANCELLED: NoticeText(
        _("A consent text was not agreed: %(name)s"),
        (
            _("%(actor)s cancelled a text of “%(name)s” that waited. Nothing changed."),
            _THE_TEXTS,
        ),
        _LOOK,
    ),
    Notice.CONSENT_CHANGE_LAPSED: NoticeText(
        _("A consent text is no longer waiting: %(name)s"),
        (
            _(
                "Nobody agreed in time, an account lost its role, or other words are in force "
                "meanwhile. Nothing changed. An owner can ask again."
            ),
            _THE_TEXTS,
        ),
        _LOOK,
    ),
    Notice.MAILING_STOPPED: NoticeText(
        _("Emails to people stopped, because a consent text changed: %(name)s"),
        (
            _(
                "People were being asked again about “%(name)s”. Its words are no longer those "
                "that a second person agreed to, so no more of these emails leave."
            ),
            _("To go on, an owner asks again, and a second person agrees to the new words."),
        ),
        _LOOK,
    ),
    Notice.CONSENT_REWORDED: NoticeText(
        _("A consent text has other words: %(name)s"),
        (
            _(
                "%(actor)s changed the words of the consent “%(name)s”, and said that they mean "
                "the same. People who sign up now agree to these words."
            ),
            _THE_TEXTS,
            _("If they do not mean the same, speak with them, and write the text again."),
        ),
        _LOOK,
    ),
    Notice.CONSENT_OFFERED: NoticeText(
        _("A new box on the sign-up pages: %(name)s"),
        (
            _("%(actor)s put a box for the consent “%(name)s” on every sign-up page."),
            _THE_TEXTS,
        ),
        _LOOK,
    ),
    Notice.FORM_PUBLISHED: NoticeText(
        _("A sign-up form is on the site: %(name)s"),
        (
            _(
                "%(actor)s opened the sign-up form “%(name)s”, or changed it while it was open. "
                "Everybody can see it on the party’s site, at /%(slug)s."
            ),
            _("Its title: %(titles)s"),
            _("If something is wrong with it, close it. Each owner can do that."),
        ),
        _("Look at the form"),
    ),
    Notice.WELCOME_CHANGED: NoticeText(
        _("The welcome email of a list changed: %(name)s"),
        (
            _(
                "%(actor)s changed the words that people of the list “%(name)s” get after their "
                "confirmation."
            ),
            _("The welcome email: %(texts)s"),
        ),
        _("Look at the words"),
    ),
}
