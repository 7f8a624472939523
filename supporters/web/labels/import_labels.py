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
    """A number of people on the page of an import, by the state of their invitation."""

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
    ImportStatus.ASKING: _("Invitations are being sent"),
    ImportStatus.HELD: _("Stopped by itself"),
    ImportStatus.DONE: _("Finished"),
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
    Reason.MALFORMED: _("The address is not valid"),
    Reason.ROLE: _("The address belongs to an office, not to a person"),
    Reason.TWICE: _("The address is twice in the file"),
    Reason.ON_LIST: _("On the list already"),
    Reason.HAD_LEFT: _("Had unsubscribed from the former list, or never confirmed there"),
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
    RefusedWay.SCRAPED: _("The addresses were collected from web pages"),
    RefusedWay.UNKNOWN: _("The origin is unknown"),
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
    InvitationFigure.WAITING: _("To invite"),
    InvitationFigure.LEAVING: _("Invitation on its way"),
    InvitationFigure.SENT: _("Invited, no answer yet"),
    InvitationFigure.CONFIRMED: _("Accepted the invitation"),
    InvitationFigure.DECLINED: _("Declined"),
    InvitationFigure.UNANSWERED: _("Did not answer"),
    InvitationFigure.REFUSED: _("Not delivered"),
    InvitationFigure.SKIPPED: _("Skipped"),
}
INVITATION_FIGURE_MEANINGS: dict[InvitationFigure, LazyString] = {
    InvitationFigure.WAITING: _("on the next days"),
    InvitationFigure.LEAVING: _("being sent"),
    InvitationFigure.SENT: _("for 30 days, without a reminder"),
    InvitationFigure.CONFIRMED: _("now subscribers"),
    InvitationFigure.DECLINED: _("get no more messages"),
    InvitationFigure.UNANSWERED: _("deleted after 30 days"),
    InvitationFigure.REFUSED: _("rejected by the mail server, and deleted"),
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
    InvitationStatus.LEAVING: _("Sending"),
    InvitationStatus.SENT: _("Sent"),
}
REFUSED_TEXTS: dict[NotText, LazyString] = {
    NotText.EMPTY: _("This file is empty. Export the list again, and choose that file."),
    NotText.WORKBOOK: _(
        "This is a workbook or an archive, not a CSV. Open it, save the sheet as CSV, and choose "
        "that file."
    ),
    NotText.BINARY: _("This isn’t a text file. Export the list as CSV, and choose that file."),
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
        "The file can’t be stored. Tell the operator that the disk of the server is full "
        "or write-protected. Nothing was kept."
    ),
}
REFUSED_PROVENANCES: dict[Declared, LazyString] = {
    Declared.NOT_A_PERIOD: _("The years must be from 1990 to this year, in order."),
    Declared.NO_EVIDENCE: _("This document is empty. Choose another one."),
    Declared.EVIDENCE_TOO_LARGE: _("This document has over 5 MB. Choose a smaller copy."),
}
REFUSED_APPROVALS: dict[Approved, LazyString] = {
    Approved.NOT_NOW: _("That isn’t possible in the import’s present state."),
    Approved.NOT_AN_OWNER: _("Only an owner can approve an import."),
    Approved.OWN_IMPORT: _("The owner who imported a list can’t approve it. Ask another owner."),
    Approved.LIST_CLOSED: _("The list is closed. Open it first."),
    Approved.NOBODY: _("Nobody is left to invite."),
}
