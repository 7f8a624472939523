"""The acts about DKIM keys, with their words."""

from flask_babel import lazy_gettext as _

from supporters.audit_log.audit_events import Act


class DkimAct(Act):
    """Acts about the keys that sign our emails."""

    KEY_MADE = (
        "dkim.key_made",
        _("%(actor)s made the DKIM key %(selector)s for the domain %(domain)s."),
    )
    KEY_ACTIVATED = (
        "dkim.key_activated",
        _(
            "The record of the DKIM key %(selector)s was found: it signs the emails of %(domain)s. "
            "Done by: %(actor)s."
        ),
    )
    KEY_RETIRED = (
        "dkim.key_retired",
        _("%(actor)s retired the DKIM key %(selector)s of the domain %(domain)s."),
    )
