"""The names of the roles of accounts."""

from flask_babel import LazyString, lazy_gettext as _

from supporters.accounts.models import RoleName

ROLES: dict[RoleName, LazyString] = {
    RoleName.OWNER: _("Owner"),
    RoleName.ORGANISER: _("Organiser"),
    RoleName.DPO: _("Data protection officer"),
    RoleName.EXPORTER: _("may export"),
    RoleName.APPROVER: _("may approve campaigns"),
}
