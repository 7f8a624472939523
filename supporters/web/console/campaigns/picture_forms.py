"""The forms of pictures: the file, and the description."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, TextAreaField

from supporters.campaigns.pictures.models import MAX_DESCRIPTION
from supporters.web.forms import Form, at_most


class PictureForm(Form):
    """A new picture. Its description comes on the next page."""

    picture = FileField(validators=[FileRequired(_("Choose a picture."))])


class DescriptionForm(Form):
    """The description of a picture, for people who don't see it."""

    description = TextAreaField(validators=[at_most(MAX_DESCRIPTION)])
    is_decoration = BooleanField()
