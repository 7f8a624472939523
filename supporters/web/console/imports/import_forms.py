"""The forms of an import: the file, its columns, its origin."""

from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from supporters.imports.file_formats import Columns
from supporters.imports.file_upload import DeclareResult, Provenance, ProvenanceDocument, Upload
from supporters.imports.models import MAX_COLLECTOR, MAX_STATEMENT, CollectionMethod
from supporters.imports.rules import RefusedOrigin
from supporters.lists.models import MailingList
from supporters.web.forms import Form, SelectChoice, at_most, offered_languages
from supporters.web.labels import Use, label

NO_COLUMN = -1


class FileForm(Form):
    """The file, the offered list, and the default language."""

    file = FileField(validators=[FileRequired(_("Choose the file."))])
    mailing_list_id = SelectField(coerce=int, validators=[InputRequired(_("Choose a list."))])
    language = SelectField(choices=offered_languages)

    def __init__(self, lists: Sequence[MailingList]) -> None:
        super().__init__()
        self.mailing_list_id.choices = [SelectChoice(each.id, each.name) for each in lists]

    def upload(self, imported_by_id: int) -> Upload:
        """Return the uploaded file."""
        return Upload(
            file=self.file.data.stream,
            name=tidy_name(self.file.data.filename),
            mailing_list_id=self.mailing_list_id.data,
            language=self.language.data,
            imported_by_id=imported_by_id,
        )


class ColumnsForm(Form):
    """The columns of address, first name and language."""

    address = SelectField(coerce=int)
    given_name = SelectField(coerce=int)
    language = SelectField(coerce=int)

    def columns(self) -> Columns:
        """Return the chosen columns."""
        return Columns(
            address=_column(self.address.data),
            given_name=_column(self.given_name.data),
            language=_column(self.language.data),
        )


class ProvenanceForm(Form):
    """The origin of a list: collector, years, way, statement, document."""

    way = RadioField(validators=[InputRequired(_("Choose how the addresses were collected."))])
    collected_by = StringField(
        validators=[
            DataRequired(_("Write the name of the group that collected them.")),
            at_most(MAX_COLLECTOR),
        ]
    )
    collected_from = IntegerField(validators=[InputRequired(_("Give a year, as in 2017."))])
    collected_until = IntegerField(validators=[InputRequired(_("Give a year, as in 2019."))])
    statement = TextAreaField(
        validators=[
            DataRequired(_("Write your statement, in a few sentences.")),
            at_most(MAX_STATEMENT),
        ]
    )
    evidence = FileField(validators=[FileRequired(_("Choose a supporting document."))])

    def provenance(self) -> Provenance:
        """Return the statement."""
        chosen = self.way.data
        document = self.evidence.data
        return Provenance(
            way=CollectionMethod(chosen)
            if chosen in [*CollectionMethod]
            else RefusedOrigin(chosen),
            collected_by=self.collected_by.data or "",
            collected_from=self.collected_from.data or 0,
            collected_until=self.collected_until.data or 0,
            statement=self.statement.data or "",
            evidence=ProvenanceDocument(name=tidy_name(document.filename), content=document.read()),
        )

    def show_errors(self, fault: DeclareResult) -> None:
        """Show the mistake at its field."""
        fields = {
            DeclareResult.REFUSED_METHOD: self.way,
            DeclareResult.NOT_A_PERIOD: self.collected_from,
            DeclareResult.NO_EVIDENCE: self.evidence,
            DeclareResult.EVIDENCE_TOO_LARGE: self.evidence,
        }
        words = (
            refused_way(RefusedOrigin(self.way.data))
            if fault is DeclareResult.REFUSED_METHOD
            else label(fault)
        )
        fields[fault].errors = [words]


def _column(chosen: int | None) -> int | None:
    return None if chosen is None or chosen == NO_COLUMN else chosen


def tidy_name(filename: str | None) -> str:
    """Return the name of a file without folders and unprintable characters."""
    name = (filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in name if each.isprintable()) or "?"


def refused_way(way: RefusedOrigin) -> str:
    """Return why a list collected in this way can't be imported."""
    return str(
        gettext(
            "We refuse %(what)s: these people didn’t give their address to this party. "
            "Writing to them, even once, would break the law. Delete the file.",
            what=label(way, Use.IN_A_SENTENCE),
        )
    )
