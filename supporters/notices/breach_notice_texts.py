"""The texts of notices about personal data: breaches, and erased people in texts of the team."""

from flask_babel import lazy_gettext as _

from supporters.notices.notice_kinds import Notice, NoticeText

BREACH_TEXTS: dict[Notice, NoticeText] = {
    Notice.ERASED_IN_TEXTS: NoticeText(
        _("The address of an erased person stands in texts of the team"),
        (
            _(
                "A person was erased. Their address still stands in texts that the team wrote, and "
                "no program can take a person out of a sentence. Pages: %(count)s. %(pages)s"
            ),
            _(
                "Delete the comments that name the person. The register of breaches keeps its "
                "history: note there why the address has to stay, or why it was written."
            ),
        ),
        _("Open the first page"),
    ),
    Notice.BREACH_ALARM: NoticeText(
        _("24 hours left to notify the authority: %(title)s"),
        (
            _(
                "48 hours have passed since the discovery of the personal data breach “%(title)s”, "
                "and nobody has recorded a notification to the authority, or why none is needed."
            ),
            _(
                "The authority (CNIL) must be told within 72 hours of the discovery (GDPR article "
                "33). Facts that you don’t know yet can follow later."
            ),
        ),
        _("Open the breach"),
    ),
    Notice.BREACH_OVERDUE: NoticeText(
        _("72 hours have passed without a notification: %(title)s"),
        (
            _(
                "72 hours have passed since the discovery of the personal data breach “%(title)s”, "
                "and nobody has recorded a notification to the authority, or why none is needed."
            ),
            _(
                "Notify the authority (CNIL) now, and give it the reasons for the delay (GDPR "
                "article 33(1)). The register asks for them too."
            ),
        ),
        _("Open the breach"),
    ),
    Notice.BREACH_NOTICE_WAITS: NoticeText(
        _("A notice to affected people waits for its approval: %(title)s"),
        (
            _(
                "%(actor)s wrote the notice to the people whom the breach “%(title)s” affects. "
                "Another owner or the data protection officer has to approve it."
            ),
            _("Nothing leaves before that. People must be told without undue delay."),
        ),
        _("Open the breach"),
    ),
    Notice.BREACH_NOTICE_APPROVED: NoticeText(
        _("The notice to affected people leaves: %(title)s"),
        (
            _(
                "%(actor)s approved the notice about the breach “%(title)s” for %(people)s people. "
                "It leaves now, also to people who unsubscribed or objected."
            ),
            _("Some of them will ask questions. Get ready to answer."),
        ),
        _("Open the breach"),
    ),
}
