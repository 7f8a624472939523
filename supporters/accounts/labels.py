"""The names of the roles of accounts."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.accounts.models import RoleName

ROLES: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("Owner"),
    RoleName.ORGANISER: _("Organiser"),
    RoleName.DPO: _("Data protection officer"),
    RoleName.EXPORTER: _("may export"),
    RoleName.APPROVER: _("may approve campaigns"),
}
