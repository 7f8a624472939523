"""The forms of approval: the request, the decision, and the rule of the owners."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange

from supporters.campaigns.models import MAX_REMARKS
from supporters.web.console.campaigns.campaign_forms import LaunchForm
from supporters.web.forms import Form, at_most

MOST_ALONE = 100_000


class ApprovalRequestForm(Form):
    """The fingerprint of the message for which approval is asked."""

    fingerprint = HiddenField()


class ApprovalForm(LaunchForm):
    """The typed number of recipients, and the fingerprint of the version that was read."""


class RejectionForm(Form):
    """The remarks for the author, and the fingerprint of the version that was read."""

    fingerprint = HiddenField()
    remarks = TextAreaField(
        validators=[DataRequired(_("Write what must change.")), at_most(MAX_REMARKS)]
    )


class ApprovalRuleForm(Form):
    """The number of people that one person may write to alone."""

    people = IntegerField(
        validators=[
            InputRequired(_("Enter a number. 0 means: always a second person.")),
            NumberRange(0, MOST_ALONE, _("Enter a number from 0 to 100000.")),
        ]
    )
