"""The forms about a person: search, erasure, restriction, reason for evidence."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from supporters.evidence.evidence_disclosure import MAX_REASON
from supporters.people.models import MAX_ADDRESS
from supporters.privacy_requests.models import Channel
from supporters.web.forms import Form, SelectChoice, at_most
from supporters.web.labels.case_labels import CHANNELS, ERASURE_GROUNDS

LONGEST_REASON = 500


class SearchForm(Form):
    """The search field. It is posted, because an address in a URL ends up in logs."""

    q = StringField()

    def words(self) -> str:
        """Return the search text."""
        return (self.q.data or "").replace("\0", "")[:MAX_ADDRESS]


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


class EvidenceForm(Form):
    """The reason for opening the evidence."""

    reason = TextAreaField(validators=[DataRequired(_("Give a reason.")), at_most(MAX_REASON)])
