"""What the console says of imports: refused files, the ways of collecting, refused orders."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from supporters.signup.importing.approving import Approved
from supporters.signup.importing.declaring import Declared
from supporters.signup.importing.decoding import BrokenText, NotText
from supporters.signup.importing.models import Way
from supporters.signup.importing.recognising import HeaderFault
from supporters.signup.importing.rules import RefusedWay
from supporters.signup.importing.uploading import Refusal, UploadRefused
from supporters.web.forms import SelectChoice

_FILE = {
    NotText.EMPTY: _("This file is empty. Export the list once more, and choose that file."),
    NotText.WORKBOOK: _(
        "This is a workbook or an archive, not a CSV. Open it, save the sheet as CSV, and choose "
        "that file."
    ),
    NotText.BINARY: _("This isn’t a text. Export the list as CSV, and choose that file."),
    HeaderFault.NO_HEADER: _(
        "The first line holds an address, not the names of the columns. Add a line above it, such "
        "as: email,first name,language"
    ),
    HeaderFault.TOO_MANY_COLUMNS: _("This file has over 200 columns. Is it the right one?"),
    UploadRefused.NOT_AN_OWNER: _("Only an owner can import a list."),
    UploadRefused.NOT_STORED: _(
        "The file can’t be stored: tell whoever runs the server that its disk is full or can’t be "
        "written to. Nothing was kept."
    ),
}
_WAYS = {
    Way.SITE: _("They signed up on our own web site to receive our news"),
    Way.PAPER: _("They filled in a paper form of ours, at a stand or a meeting"),
    Way.EVENT: _("They registered for one of our events"),
    Way.PETITION: _("They signed one of our petitions"),
    Way.MEMBERS: _("They were our members or donors"),
    RefusedWay.RENTED: _("The list was rented"),
    RefusedWay.BOUGHT: _("The list was bought"),
    RefusedWay.EXCHANGED: _("The list was exchanged with somebody, or lent by them"),
    RefusedWay.VENDOR: _("A vendor, an agency or a partner supplied it"),
    RefusedWay.REGISTER: _("The addresses were taken from a public register or directory"),
    RefusedWay.SCRAPED: _("The addresses were gathered from web pages"),
    RefusedWay.UNKNOWN: _("Nobody knows any more"),
}
_REFUSED_WAYS = {
    RefusedWay.RENTED: _("a rented list"),
    RefusedWay.BOUGHT: _("a bought list"),
    RefusedWay.EXCHANGED: _("an exchanged or lent list"),
    RefusedWay.VENDOR: _("a list from a vendor"),
    RefusedWay.REGISTER: _("a list from a public register"),
    RefusedWay.SCRAPED: _("addresses from web pages"),
    RefusedWay.UNKNOWN: _("a list of unknown origin"),
}
_DECLARED = {
    Declared.NOT_A_PERIOD: _("The years go from 1990 to this one, the first before the last."),
    Declared.NO_EVIDENCE: _("This document is empty. Choose another one."),
    Declared.EVIDENCE_TOO_LARGE: _("This document has over 5 MB. Choose a smaller copy."),
}
_APPROVED = {
    Approved.NOT_NOW: _("That isn’t possible in the import’s present state."),
    Approved.NOT_AN_OWNER: _("Only an owner can approve an import."),
    Approved.OWN_IMPORT: _("Who imported can’t approve: another owner must."),
    Approved.LIST_CLOSED: _("The list is closed to new people. Open it first."),
    Approved.NOBODY: _("No row is left that may be asked."),
}


def refused_file(refusal: Refusal) -> str:
    """Return why a file wasn’t taken, and what to do."""
    if isinstance(refusal, BrokenText):
        return str(
            gettext(
                "Line %(line)s can’t be read: its bytes are no characters. Export the list once "
                "more, as UTF-8. Nothing was kept.",
                line=refusal.line,
            )
        )
    return str(_FILE[refusal])


def way_choices() -> list[SelectChoice]:
    """Return the ways to choose from: those that have no way in too, so that nobody guesses."""
    return [SelectChoice(way.value, words) for way, words in _WAYS.items()]


def refused_way(way: RefusedWay) -> str:
    """Return why a list that was collected so can't be imported."""
    return str(
        gettext(
            "There is no way in for %(what)s: nobody in it gave their address to this party. "
            "Writing to them, even once, would be the offence that this program exists to prevent. "
            "Delete the file.",
            what=_REFUSED_WAYS[way],
        )
    )


def declared_words(fault: Declared) -> str:
    """Return what must be mended in a statement."""
    return str(_DECLARED[fault])


def approved_words(fault: Approved) -> str:
    """Return why an import isn't approved, or not handed over."""
    return str(_APPROVED[fault])
