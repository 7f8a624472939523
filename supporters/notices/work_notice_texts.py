"""The texts of notices about imports, campaigns and looks at people."""

from flask_babel import lazy_gettext as _

from supporters.notices.notice_kinds import Notice, NoticeText

WORK_TEXTS: dict[Notice, NoticeText] = {
    Notice.IMPORT_WAITS: NoticeText(
        _("An import waits for the approval of a second owner"),
        (
            _(
                "%(actor)s asks to invite %(people)s people of the file “%(file)s” to the list "
                "“%(list)s”. Another owner has to approve it."
            ),
            _(
                "After the approval, %(hours)s hours pass before the first invitation leaves. "
                "Until then each owner can cancel the import, and nobody is written to."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_APPROVED: NoticeText(
        _("An import is approved: its invitations leave after %(hours)s hours"),
        (
            _(
                "%(actor)s approved the invitation of %(people)s people of the file “%(file)s” to "
                "the list “%(list)s”."
            ),
            _(
                "If you did not know of this file, or doubt its origin, cancel the import now. "
                "Each owner can do that."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_REJECTED: NoticeText(
        _("Invitations stopped: the mail server rejected too many"),
        (
            _(
                "The mail server rejected %(rejected)s of %(tried)s invitations of the file "
                "“%(file)s”. So many rejections harm all our emails."
            ),
            _("Nothing more leaves until an owner resumes the import. The list may be too old."),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_RARELY_ACCEPTED: NoticeText(
        _("Invitations stopped: hardly anybody accepts"),
        (
            _(
                "Of %(invited)s people of the file “%(file)s” who got an invitation, %(accepted)s "
                "accepted. People who once asked for our news accept more often."
            ),
            _(
                "Check the origin of the file. Nothing more leaves until an owner resumes the "
                "import."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.IMPORT_DECLINED: NoticeText(
        _("Invitations stopped: many people want no email"),
        (
            _(
                "Of %(invited)s people of the file “%(file)s” who got an invitation, %(declined)s "
                "asked us never to write to them again."
            ),
            _(
                "Check the origin of the file. Nothing more leaves until an owner resumes the "
                "import."
            ),
        ),
        _("Look at the import"),
    ),
    Notice.LOOKUPS_EXTENDED: NoticeText(
        _("%(account)s looks at more people than usual"),
        (
            _("%(account)s reached the limit of people or searches within 24 hours, and goes on."),
            _("Reason: %(reason)s %(note)s"),
            _("They can open %(people)s more people. Each of them is in the audit log."),
        ),
        _("Look at the people"),
    ),
    Notice.MANY_ACTS_ON_BEHALF: NoticeText(
        _("The team acted for many people within 24 hours"),
        (
            _(
                "Within 24 hours, the team stopped, corrected, restricted or erased %(count)s "
                "people at their request. The last one was by %(account)s."
            ),
            _(
                "If this is not an ordinary day, ask that account, or disable it. The audit log "
                "has each act."
            ),
        ),
        _("Look at the team"),
    ),
    Notice.STOP_UNDONE: NoticeText(
        _("A person undid a stop by the team"),
        (
            _("%(account)s recorded that a person wants no more messages."),
            _("The person says from their mailbox that it wasn’t them, and undid it."),
            _("Ask %(account)s how this request came."),
        ),
        _("Look at the team"),
    ),
    Notice.EVIDENCE_DISCLOSED: NoticeText(
        _("%(account)s opened the evidence on a person"),
        (
            _("%(account)s opened the evidence of consent of a person."),
            _("Reason: %(reason)s"),
            _("It was evidence %(count)s of %(most)s within 24 hours by this account."),
        ),
        _("Look at the person"),
    ),
    Notice.APPROVAL_WANTED: NoticeText(
        _("Your approval is wanted: %(subject)s"),
        (
            _("%(actor)s asks for an approval of the campaign “%(subject)s”."),
            _("Nothing leaves before somebody has read it as its readers will, and approved it."),
        ),
        _("Read the campaign"),
    ),
    Notice.CAMPAIGN_APPROVED: NoticeText(
        _("Approved: %(subject)s"),
        (
            _("%(actor)s approved the campaign “%(subject)s”. It can be launched now."),
            _("A change of its text voids the approval."),
        ),
        _("Open the campaign"),
    ),
    Notice.CAMPAIGN_REJECTED: NoticeText(
        _("Not approved: %(subject)s"),
        (
            _("%(actor)s did not approve the campaign “%(subject)s”, and writes:"),
            _("%(remarks)s"),
            _("The campaign is a draft again. Change it, and ask once more."),
        ),
        _("Open the campaign"),
    ),
    Notice.APPROVAL_VOID: NoticeText(
        _("A draft again: %(subject)s"),
        (
            _("The campaign “%(subject)s” was changed or taken back (by %(actor)s)."),
            _("Its approval, or the request for it, is void. Nothing was sent."),
        ),
        _("Open the campaign"),
    ),
    Notice.MENTIONED: NoticeText(
        _("A comment mentions you: %(subject)s"),
        (
            _("%(actor)s mentions you in a comment on the campaign “%(subject)s”."),
            _("It is about: %(about)s. Comments since the last email: %(count)s."),
        ),
        _("Read the comment"),
    ),
    Notice.ALONE_LIMIT_CHANGED: NoticeText(
        _("How many people one person may write to alone: %(after)s"),
        (
            _(
                "%(actor)s changed the number of people that one person may write to without a "
                "second person’s approval: from %(before)s to %(after)s."
            ),
            _("It counts after 72 hours, unless the only owner of the party set it."),
            _("If you did not know of it, look at the setting now, and change it back."),
        ),
        _("Look at the setting"),
    ),
}
