"""The forms of templates and pieces: the name, and the blocks of a piece."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired

from supporters.campaigns.beginnings.models import MAX_NAME, TextKind
from supporters.campaigns.beginnings.team_texts import TextToSave
from supporters.campaigns.document.blocks import Document
from supporters.web.forms import Form, at_most, offered_languages


class TextNameForm(Form):
    """The name of a template or a piece."""

    name = StringField(
        validators=[DataRequired(_("Give it a name that the team knows.")), at_most(MAX_NAME)]
    )


class PieceForm(TextNameForm):
    """A piece that the editor sends: its document in JSON, and the language of its draft."""

    document = StringField(validators=[InputRequired(_("Choose at least one block."))])
    language = SelectField(choices=offered_languages)

    def piece(self, document: Document) -> TextToSave:
        """Return the piece."""
        return TextToSave(
            kind=TextKind.PIECE,
            name=self.name.data or "",
            language=self.language.data,
            document=document,
        )
