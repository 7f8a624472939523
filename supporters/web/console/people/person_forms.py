"""The forms about a person: search, stop, correction, erasure, restriction, evidence."""

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired

from supporters.cases.models import Channel
from supporters.evidence.evidence_disclosure import MAX_REASON
from supporters.people.models import MAX_ADDRESS
from supporters.personal_data.labels import LOOKUP_REASONS
from supporters.personal_data.rules import LONGEST_NOTE, LookupReason
from supporters.web.console.cases.case_forms import BY_HAND
from supporters.web.forms import Form, SelectChoice, at_most, offered_languages
from supporters.web.labels.case_labels import CHANNELS, ERASURE_GROUNDS
from supporters.web.public.signup.forms import ProfileForm

LONGEST_REASON = 500


class SearchForm(Form):
    """The search field. It is posted, because an address in a URL ends up in logs."""

    q = StringField()

    def words(self) -> str:
        """Return the search text."""
        return (self.q.data or "").replace("\0", "")[:MAX_ADDRESS]


class LookupForm(Form):
    """Why an account looks at more people than usual."""

    reason = RadioField(
        choices=[SelectChoice(each.value, words) for each, words in LOOKUP_REASONS.items()],
        validators=[InputRequired(_("Choose a reason."))],
    )
    note = TextAreaField(validators=[at_most(LONGEST_NOTE)])

    def validate_note(self, field: TextAreaField) -> None:
        """Ask for words if the reason is another one. Raises ValidationError."""
        if self.reason.data == LookupReason.OTHER.value and not field.data:
            raise ValidationError(_("Explain it in a sentence. Name no person."))


class StopForm(Form):
    """How the request to stop came, and what the person said."""

    channel = RadioField(
        choices=[SelectChoice(each.value, CHANNELS[each]) for each in BY_HAND],
        validators=[InputRequired(_("Choose how the request was received."))],
    )
    note = TextAreaField(validators=[at_most(LONGEST_REASON)])


def _channel() -> SelectField:
    return SelectField(
        choices=[SelectChoice(each.value, words) for each, words in CHANNELS.items()],
        default=Channel.MAIL.value,
        validators=[InputRequired(_("Choose how the request was received."))],
    )


def _box() -> BooleanField:
    """Return the box that confirms the action."""
    return BooleanField(validators=[InputRequired(_("Tick the box to confirm."))])


class EraseForm(Form):
    """The reason of an erasure. It is chosen, because a typed text could name the person."""

    reason = RadioField(
        choices=[SelectChoice(each.value, words) for each, words in ERASURE_GROUNDS.items()],
        validators=[InputRequired(_("Choose a reason."))],
    )
    channel = _channel()
    is_sure = _box()


class RestrictionForm(Form):
    """The reason of a restriction, or of its end. The person may read it."""

    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(LONGEST_REASON)])
    channel = _channel()
    is_sure = _box()


class CorrectionForm(ProfileForm):
    """The profile of a person, and how the request to correct it came."""

    language = RadioField(choices=offered_languages)
    channel = _channel()
    is_sure = _box()


class EvidenceForm(Form):
    """The reason for opening the evidence."""

    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_REASON)])
