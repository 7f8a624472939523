"""The acts and notices of imports, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class ImportAct(Act):
    """Acts about imports."""

    HELD = "import.held", _("%(object)s was held.")
    UPLOADED = "import.uploaded", _("%(actor)s uploaded a former list: %(object)s.")
    COLUMNS_CHOSEN = "import.columns_chosen", _("%(actor)s chose the columns of %(object)s.")
    DECLARED = (
        "import.declared",
        _("%(actor)s declared where the addresses of %(object)s come from."),
    )
    HANDED_OVER = (
        "import.handed_over",
        _("%(actor)s asked for the approval of %(object)s. People: %(people)s."),
    )
    APPROVED = "import.approved", _("%(actor)s approved %(object)s.")
    RESUMED = "import.resumed", _("%(actor)s resumed %(object)s.")
    CANCELLED = "import.cancelled", _("%(actor)s cancelled %(object)s.")


class ImportNotice(Notice):
    """Notices about imports."""

    WAITS = (
        "import_waits",
        _("An import waits for the approval of a second owner"),
        _(
            "%(actor)s asks to invite %(people)s people of the file “%(file)s” to the list "
            "“%(list)s”. Another owner has to approve it."
        ),
        _(
            "After the approval, %(hours)s hours pass before the first invitation leaves. Until "
            "then each owner can cancel the import, and nobody is written to."
        ),
        _("Look at the import"),
    )
    APPROVED = (
        "import_approved",
        _("An import is approved: its invitations leave after %(hours)s hours"),
        _(
            "%(actor)s approved the invitation of %(people)s people of the file “%(file)s” to the "
            "list “%(list)s”."
        ),
        _(
            "If you did not know of this file, or doubt its origin, cancel the import now. Each "
            "owner can do that."
        ),
        _("Look at the import"),
    )
    REJECTED = (
        "import_rejected",
        _("Invitations stopped: the mail server rejected too many"),
        _(
            "The mail server rejected %(rejected)s of %(tried)s invitations of the file "
            "“%(file)s”. So many rejections harm all our emails."
        ),
        _("Nothing more leaves until an owner resumes the import. The list may be too old."),
        _("Look at the import"),
    )
    RARELY_ACCEPTED = (
        "import_rarely_accepted",
        _("Invitations stopped: hardly anybody accepts"),
        _(
            "Of %(invited)s people of the file “%(file)s” who got an invitation, %(accepted)s "
            "accepted. People who once asked for our news accept more often."
        ),
        _("Check the origin of the file. Nothing more leaves until an owner resumes the import."),
        _("Look at the import"),
    )
    DECLINED = (
        "import_declined",
        _("Invitations stopped: many people want no email"),
        _(
            "Of %(invited)s people of the file “%(file)s” who got an invitation, %(declined)s "
            "asked us never to write to them again."
        ),
        _("Check the origin of the file. Nothing more leaves until an owner resumes the import."),
        _("Look at the import"),
    )
