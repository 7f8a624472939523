"""The forms of a draft's history: the revision that was read, and the name of a saved text."""

from wtforms import HiddenField, StringField

from supporters.campaigns.models import MAX_NAME
from supporters.web.forms import Form, at_most

LONGEST_NUMBER = 10


class ReadRevisionForm(Form):
    """A change of a draft. `read` is the revision that the writer saw."""

    read = HiddenField()

    @property
    def read_revision(self) -> int:
        """The revision that the writer saw, or 0, which no revision has."""
        number = str(self.read.data or "")
        return int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else 0


class SavedTextForm(Form):
    """The name of a saved text. An empty one takes the name away."""

    name = StringField(validators=[at_most(MAX_NAME)])
