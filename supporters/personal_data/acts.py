"""The acts and notices of personal data, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act
from supporters.notices.security_notices import Notice


class PersonAct(Act):
    """Acts about the data of people."""

    LIST_EXPORTED = (
        "list.exported",
        _("%(actor)s exported the list %(object)s. People: %(people)s."),
    )
    OPENED = "person.opened", _("%(actor)s opened the page of %(object)s.")
    PEOPLE_SEARCHED = "person.searched", _("%(actor)s searched for people.")
    LOOKUPS_EXTENDED = (
        "person.lookups_extended",
        _("%(actor)s asked to open more people today. More people: %(people)s."),
    )
    CORRECTED = "person.corrected", _("%(actor)s corrected the data of %(object)s.")
    RESTRICTED = "person.restricted", _("%(actor)s restricted the data of %(object)s.")
    RESTRICTION_LIFTED = (
        "person.restriction_lifted",
        _("%(actor)s lifted the restriction of %(object)s."),
    )
    ERASED = "person.erased", _("%(actor)s erased the data of %(object)s.")


class PersonNotice(Notice):
    """Notices about the data of people."""

    LOOKUPS_EXTENDED = (
        "lookups_extended",
        _("%(account)s looks at more people than usual"),
        _("%(account)s reached the limit of people or searches within 24 hours, and goes on."),
        _("Reason: %(reason)s %(note)s"),
        _("They can open %(people)s more people. Each of them is in the audit log."),
        _("Look at the people"),
    )
    ERASED_IN_TEXTS = (
        "erased_in_texts",
        _("The address of an erased person stands in texts of the team"),
        _(
            "A person was erased. Their address still stands in texts that the team wrote, and no "
            "program can take a person out of a sentence. Pages: %(count)s. %(pages)s"
        ),
        _(
            "Delete the comments that name the person. The register of breaches keeps its history: "
            "note there why the address has to stay, or why it was written."
        ),
        _("Open the first page"),
    )
