"""Labels of imports: states, ways of collecting, refusals, and the figures of the page."""

from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.imports.encodings import NotText
from supporters.imports.file_formats import HeaderFault
from supporters.imports.file_upload import Declared, UploadRefused
from supporters.imports.import_approval import Approved
from supporters.imports.models import ExportFormat, ImportStatus, InvitationStatus, Reason, Way
from supporters.imports.rules import RefusedWay
from supporters.web.labels.tones import Tone


class InvitationFigure(StrEnum):
    """A number of people on the page of an import: on the way, or how it ended."""

    WAITING = "waiting"
    LEAVING = "leaving"
    SENT = "sent"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    UNANSWERED = "unanswered"
    REFUSED = "refused"
    SKIPPED = "skipped"


IMPORT_STATUSES: dict[ImportStatus, LazyString] = {
    ImportStatus.DRAFT: _("Draft"),
    ImportStatus.CHECKING: _("Being checked"),
    ImportStatus.CHECKED: _("Checked"),
    ImportStatus.WAITING: _("Waiting for approval"),
    ImportStatus.MAKING: _("Being prepared"),
    ImportStatus.ASKING: _("People are being asked"),
    ImportStatus.HELD: _("Stopped by itself"),
    ImportStatus.DONE: _("Done"),
    ImportStatus.CANCELLED: _("Cancelled"),
}
IMPORT_STATUS_TONES: dict[ImportStatus, Tone] = {
    ImportStatus.DRAFT: Tone.QUIET,
    ImportStatus.CHECKING: Tone.LIVE,
    ImportStatus.CHECKED: Tone.QUIET,
    ImportStatus.WAITING: Tone.WARN,
    ImportStatus.MAKING: Tone.LIVE,
    ImportStatus.ASKING: Tone.LIVE,
    ImportStatus.HELD: Tone.BAD,
    ImportStatus.DONE: Tone.GOOD,
    ImportStatus.CANCELLED: Tone.BAD,
}
REFUSED_ROWS: dict[Reason, LazyString] = {
    Reason.NO_ADDRESS: _("There is no address"),
    Reason.MALFORMED: _("Mail can’t be sent to such an address"),
    Reason.ROLE: _("The address is of an office, not of a person"),
    Reason.TWICE: _("The address stood further up already"),
    Reason.ON_LIST: _("On the list already"),
    Reason.HAD_LEFT: _("Had left the former list, or never confirmed there"),
    Reason.MAY_NOT: _("May not be written to"),
    Reason.TOO_MANY_COLUMNS: _("More cells than columns"),
    Reason.TOO_LONG: _("The line is too long"),
    Reason.UNREADABLE: _("A quotation mark is never closed"),
}
EXPORT_FORMATS: dict[ExportFormat, LazyString] = {
    ExportFormat.MAILCHIMP: _("This is an export of %(program)s.", program="Mailchimp"),
    ExportFormat.LISTMONK: _("This is an export of %(program)s.", program="listmonk"),
    ExportFormat.PHPLIST: _("This is an export of %(program)s.", program="phpList"),
    ExportFormat.MAILMAN: _("This is a plain list of addresses, as Mailman gives it."),
}
WAYS: dict[Way, LazyString] = {
    Way.SITE: _("They signed up on our own web site to receive our news"),
    Way.PAPER: _("They filled in a paper form of ours, at a stand or a meeting"),
    Way.EVENT: _("They registered for one of our events"),
    Way.PETITION: _("They signed one of our petitions"),
    Way.MEMBERS: _("They were our members or donors"),
}
REFUSED_WAYS: dict[RefusedWay, LazyString] = {
    RefusedWay.RENTED: _("The list was rented"),
    RefusedWay.BOUGHT: _("The list was bought"),
    RefusedWay.EXCHANGED: _("The list was exchanged with somebody, or lent by them"),
    RefusedWay.VENDOR: _("A vendor, an agency or a partner supplied it"),
    RefusedWay.REGISTER: _("The addresses were taken from a public register or directory"),
    RefusedWay.SCRAPED: _("The addresses were gathered from web pages"),
    RefusedWay.UNKNOWN: _("Nobody knows any more"),
}
REFUSED_WAYS_IN_A_SENTENCE: dict[RefusedWay, LazyString] = {
    RefusedWay.RENTED: _("a rented list"),
    RefusedWay.BOUGHT: _("a bought list"),
    RefusedWay.EXCHANGED: _("an exchanged or lent list"),
    RefusedWay.VENDOR: _("a list from a vendor"),
    RefusedWay.REGISTER: _("a list from a public register"),
    RefusedWay.SCRAPED: _("addresses from web pages"),
    RefusedWay.UNKNOWN: _("a list of unknown origin"),
}
INVITATION_FIGURES: dict[InvitationFigure, LazyString] = {
    InvitationFigure.WAITING: _("To be asked"),
    InvitationFigure.LEAVING: _("Letter on its way"),
    InvitationFigure.SENT: _("Asked, no answer yet"),
    InvitationFigure.CONFIRMED: _("Said yes"),
    InvitationFigure.DECLINED: _("Said never again"),
    InvitationFigure.UNANSWERED: _("Did not answer"),
    InvitationFigure.REFUSED: _("Letter not delivered"),
    InvitationFigure.SKIPPED: _("Left out"),
}
INVITATION_FIGURE_MEANINGS: dict[InvitationFigure, LazyString] = {
    InvitationFigure.WAITING: _("at the pace of the days to come"),
    InvitationFigure.LEAVING: _("in our outbox"),
    InvitationFigure.SENT: _("each for 30 days, without a reminder"),
    InvitationFigure.CONFIRMED: _("on the list by their own act"),
    InvitationFigure.DECLINED: _("never written to again"),
    InvitationFigure.UNANSWERED: _("deleted after 30 days"),
    InvitationFigure.REFUSED: _("refused by the mail server, and deleted"),
    InvitationFigure.SKIPPED: _("joined or objected since the check"),
}
WAYS_ON_MY_DATA: dict[Way, LazyString] = {
    Way.SITE: _("on our own web site"),
    Way.PAPER: _("on a paper form of ours, at a stand or a meeting"),
    Way.EVENT: _("when you registered for one of our events"),
    Way.PETITION: _("on one of our petitions"),
    Way.MEMBERS: _("as one of our members or donors"),
}
INVITATION_STATUSES_ON_MY_DATA: dict[InvitationStatus, LazyString] = {
    InvitationStatus.WAITING: _("Not asked yet"),
    InvitationStatus.LEAVING: _("Leaving now"),
    InvitationStatus.SENT: _("Sent"),
}
REFUSED_TEXTS: dict[NotText, LazyString] = {
    NotText.EMPTY: _("This file is empty. Export the list once more, and choose that file."),
    NotText.WORKBOOK: _(
        "This is a workbook or an archive, not a CSV. Open it, save the sheet as CSV, and choose "
        "that file."
    ),
    NotText.BINARY: _("This isn’t a text. Export the list as CSV, and choose that file."),
}
REFUSED_HEADERS: dict[HeaderFault, LazyString] = {
    HeaderFault.NO_HEADER: _(
        "The first line holds an address, not the names of the columns. Add a line above it, such "
        "as: email,first name,language"
    ),
    HeaderFault.TOO_MANY_COLUMNS: _("This file has over 200 columns. Is it the right one?"),
}
REFUSED_UPLOADS: dict[UploadRefused, LazyString] = {
    UploadRefused.NOT_AN_OWNER: _("Only an owner can import a list."),
    UploadRefused.NOT_STORED: _(
        "The file can’t be stored: tell whoever runs the server that its disk is full or can’t be "
        "written to. Nothing was kept."
    ),
}
REFUSED_PROVENANCES: dict[Declared, LazyString] = {
    Declared.NOT_A_PERIOD: _("The years go from 1990 to this one, the first before the last."),
    Declared.NO_EVIDENCE: _("This document is empty. Choose another one."),
    Declared.EVIDENCE_TOO_LARGE: _("This document has over 5 MB. Choose a smaller copy."),
}
REFUSED_APPROVALS: dict[Approved, LazyString] = {
    Approved.NOT_NOW: _("That isn’t possible in the import’s present state."),
    Approved.NOT_AN_OWNER: _("Only an owner can approve an import."),
    Approved.OWN_IMPORT: _("Who imported can’t approve: another owner must."),
    Approved.LIST_CLOSED: _("The list is closed to new people. Open it first."),
    Approved.NOBODY: _("No row is left that may be asked."),
}
