"""The forms of cases: a new case, notes, extension, closing."""

from datetime import date, timedelta
from typing import cast

from flask_babel import lazy_gettext as _
from wtforms import DateField, EmailField, SelectField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Optional

from supporters import clock
from supporters.cases.case_fulfilment import ReceivedRequest
from supporters.cases.models import MAX_NOTE, CaseKind, Channel
from supporters.cases.rules import PARIS
from supporters.people.addresses import Address, AddressInvalid, parse_address
from supporters.people.models import MAX_ADDRESS
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels.case_labels import CASE_KINDS, CHANNELS

LONGEST_AGO = timedelta(days=366)
BY_HAND = (Channel.PHONE, Channel.MAIL, Channel.POST, Channel.IN_PERSON)


class CaseForm(Form):
    """A new case: kind of request, channel, day, address if known."""

    kind = SelectField(
        choices=[SelectChoice(kind.value, words) for kind, words in CASE_KINDS.items()],
        validators=[InputRequired(_("Choose the kind of request."))],
    )
    channel = SelectField(
        choices=[SelectChoice(each.value, CHANNELS[each]) for each in BY_HAND],
        validators=[InputRequired(_("Choose how the request was received."))],
    )
    received_on = DateField(
        validators=[InputRequired(_("Enter the day on which it was received."))]
    )
    email = EmailField(validators=[Optional(), at_most(MAX_ADDRESS)])
    note = TextAreaField(validators=[DataRequired(_("Write the request.")), at_most(MAX_NOTE)])

    address: Address | None = None

    def received_request(self) -> ReceivedRequest:
        """Return the request."""
        return ReceivedRequest(
            kind=CaseKind(self.kind.data),
            channel=Channel(self.channel.data),
            received_on=cast(date, self.received_on.data),  # it was validated
            note=self.note.data or "",
            address=self.address,
        )

    def validate_received_on(self, field: DateField) -> None:
        """Refuse a day in the future or too long ago. Raises ValidationError."""
        today = clock.now().astimezone(PARIS).date()
        if field.data is None or not today - LONGEST_AGO <= field.data <= today:
            raise ValidationError(_("Enter a day of the last twelve months, until today."))

    def validate_email(self, field: EmailField) -> None:
        """Parse the address. Raises ValidationError."""
        try:
            self.address = parse_address(field.data or "")
        except AddressInvalid as error:
            raise ValidationError(
                _("Use this form: name@example.org, or leave it empty.")
            ) from error


class NoteForm(Form):
    """A note. The person may read it."""

    note = TextAreaField(validators=[DataRequired(_("Write the note.")), at_most(MAX_NOTE)])


class ExtensionForm(Form):
    """The reason of an extension. The person reads it."""

    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_NOTE)])


class ClosingForm(Form):
    """The answer. The person may read it."""

    outcome = TextAreaField(
        validators=[
            DataRequired(_("Write the answer, or why there was none.")),
            at_most(MAX_NOTE),
        ]
    )
