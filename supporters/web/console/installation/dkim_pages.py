"""The keys that sign our emails: the records to publish, rotation, and retirement."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from wtforms import TextAreaField

from supporters import clock
from supporters.delivery_setup.findings import DnsRecord
from supporters.extensions import current_settings
from supporters.mail.dkim.models import MAX_REASON, DkimKey, KeyStatus
from supporters.mail.dkim.rules import KeyRecord, record_of, retires_on
from supporters.mail.dkim.signing_keys import list_keys
from supporters.mail_signing.key_rotation import (
    MakeKeyError,
    RetireKeyError,
    check_records,
    make_key,
    retire_key,
)
from supporters.web.console.console_blueprint import done, for_owners, recent_password_required
from supporters.web.forms import EmptyForm, Form, at_most
from supporters.web.labels import label
from supporters.web.setup_words import FormRecord, fit_form

KEY = f"<int(max={2**63 - 1}):key_id>"
PAGE = "console.dkim_keys"


class RetireKeyForm(Form):
    """Why a key retires that is needed."""

    reason = TextAreaField(validators=[at_most(MAX_REASON)])


class ShownKey(NamedTuple):
    """A key, its record, and when it may retire without a reason."""

    key: DkimKey
    record: KeyRecord
    retires_on: datetime | None

    @property
    def form_record(self) -> FormRecord:
        """Its record as a form asks for it."""
        record = DnsRecord(self.record.name, "TXT", self.record.value)
        return fit_form(record, self.key.domain)

    @property
    def is_free(self) -> bool:
        """Whether it may retire now, without a reason."""
        return self.retires_on is not None and self.retires_on <= clock.now()


@for_owners.get("/settings/dkim")
def dkim_keys() -> str:
    """Show the keys, and the records of those in use. It doesn't ask the DNS."""
    keys = list_keys()
    return render_template(
        "console/installation/dkim_keys.html",
        domain=current_settings().mail_domain,
        signing=_choose(keys, KeyStatus.ACTIVE),
        waiting=_choose(keys, KeyStatus.WAITING),
        replaced=_choose(keys, KeyStatus.REPLACED),
        retired=_choose(keys, KeyStatus.RETIRED),
        form=EmptyForm(),
    )


@for_owners.post("/settings/dkim/new")
def make_dkim_key() -> ResponseReturnValue:
    """Make the next key."""
    match make_key(current_settings().mail_domain, clock.now()):
        case MakeKeyError() as error:
            flash(label(error), "error")
            return redirect(url_for(PAGE), 303)
        case _:
            return done(gettext("The key is made. Publish its record now."), PAGE)


@for_owners.post("/settings/dkim/check")
def check_dkim_records() -> ResponseReturnValue:
    """Ask the DNS for the records of the keys in use."""
    begun = check_records(clock.now())
    words = ngettext("%(num)s key signs now.", "%(num)s keys sign now.", begun)
    return done(words if begun else gettext("The DNS was asked again."), PAGE)


@for_owners.route(f"/settings/dkim/{KEY}/retire", methods=["GET", "POST"])
@recent_password_required
def retire_dkim_key(key_id: int) -> ResponseReturnValue:
    """Ask whether a key retires, and why if it is needed."""
    form, key = RetireKeyForm(), next((key for key in list_keys() if key.id == key_id), None)
    if key is None:
        abort(404)
    if form.validate_on_submit():
        match retire_key(key_id, clock.now(), because=form.reason.data or ""):
            case RetireKeyError() as error:
                form.reason.errors = [label(error)]
            case _:
                return done(gettext("Retired. Delete its record from the DNS."), PAGE)
    return form.render("console/installation/dkim_retire.html", shown=_show(key))


def _choose(keys: Sequence[DkimKey], status: KeyStatus) -> list[ShownKey]:
    return [_show(key) for key in keys if key.status is status]


def _show(key: DkimKey) -> ShownKey:
    return ShownKey(
        key,
        record_of(key.domain, key.selector, key.public_key),
        retires_on(key.status, key.ended_at, clock.now()),
    )
