"""Labels of accounts and of kept forms."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.organisers.kept_forms import KeptReason
from supporters.organisers.models import RoleName

ROLES_IN_A_SENTENCE: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("owner"),
    RoleName.ORGANISER: _("organiser"),
    RoleName.DPO: _("data protection officer"),
}
# After a change of language the form is back at once, so no message is needed.
WHY_KEPT: dict[KeptReason, LazyString] = {
    KeptReason.SESSION_OVER: _(
        "Your session had ended. Your text is here again. It isn’t saved yet."
    ),
    KeptReason.FORM_EXPIRED: _(
        "This form had expired, so nothing was changed. Your text is here again. Send it again."
    ),
}
