"""Labels of imports: states, ways of collecting, refusals, and the figures of the page."""

from enum import StrEnum

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.imports.encodings import TextError
from supporters.imports.file_formats import HeaderError
from supporters.imports.file_upload import DeclareResult, UploadError
from supporters.imports.import_approval import ApproveResult
from supporters.imports.models import (
    CollectionMethod,
    ExportFormat,
    ImportStatus,
    InvitationStatus,
    RejectionReason,
)
from supporters.imports.rules import RefusedOrigin
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
    OVER_LIMIT = "over_limit"


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
REFUSED_ROWS: dict[RejectionReason, LazyString] = {
    RejectionReason.NO_ADDRESS: _("There is no address"),
    RejectionReason.MALFORMED: _("The address is not valid"),
    RejectionReason.ROLE: _("The address belongs to an office, not to a person"),
    RejectionReason.TWICE: _("The address is twice in the file"),
    RejectionReason.ON_LIST: _("On the list already"),
    RejectionReason.HAD_LEFT: _("Had unsubscribed from the former list, or never confirmed there"),
    RejectionReason.MAY_NOT: _("May not be written to"),
    RejectionReason.TOO_MANY_COLUMNS: _("More cells than columns"),
    RejectionReason.TOO_LONG: _("The line is too long"),
    RejectionReason.UNREADABLE: _("A quotation mark is never closed"),
}
EXPORT_FORMATS: dict[ExportFormat, LazyString] = {
    ExportFormat.MAILCHIMP: _("This is an export of %(program)s.", program="Mailchimp"),
    ExportFormat.LISTMONK: _("This is an export of %(program)s.", program="listmonk"),
    ExportFormat.PHPLIST: _("This is an export of %(program)s.", program="phpList"),
    ExportFormat.MAILMAN: _("This is a plain list of addresses, as Mailman gives it."),
}
WAYS: dict[CollectionMethod, LazyString] = {
    CollectionMethod.SITE: _("They signed up on our own web site to receive our news"),
    CollectionMethod.PAPER: _("They filled in a paper form of ours, at a stand or a meeting"),
    CollectionMethod.EVENT: _("They registered for one of our events"),
    CollectionMethod.PETITION: _("They signed one of our petitions"),
    CollectionMethod.MEMBERS: _("They were our members or donors"),
}
REFUSED_WAYS: dict[RefusedOrigin, LazyString] = {
    RefusedOrigin.RENTED: _("The list was rented"),
    RefusedOrigin.BOUGHT: _("The list was bought"),
    RefusedOrigin.EXCHANGED: _("The list was exchanged with somebody, or lent by them"),
    RefusedOrigin.VENDOR: _("A vendor, an agency or a partner supplied it"),
    RefusedOrigin.REGISTER: _("The addresses were taken from a public register or directory"),
    RefusedOrigin.SCRAPED: _("The addresses were collected from web pages"),
    RefusedOrigin.UNKNOWN: _("The origin is unknown"),
}
REFUSED_WAYS_IN_A_SENTENCE: dict[RefusedOrigin, LazyString] = {
    RefusedOrigin.RENTED: _("a rented list"),
    RefusedOrigin.BOUGHT: _("a bought list"),
    RefusedOrigin.EXCHANGED: _("an exchanged or lent list"),
    RefusedOrigin.VENDOR: _("a list from a vendor"),
    RefusedOrigin.REGISTER: _("a list from a public register"),
    RefusedOrigin.SCRAPED: _("addresses from web pages"),
    RefusedOrigin.UNKNOWN: _("a list of unknown origin"),
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
    InvitationFigure.OVER_LIMIT: _("Over the limit"),
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
    InvitationFigure.OVER_LIMIT: _("import the file again later for them"),
}
WAYS_ON_MY_DATA: dict[CollectionMethod, LazyString] = {
    CollectionMethod.SITE: _("on our own web site"),
    CollectionMethod.PAPER: _("on a paper form of ours, at a stand or a meeting"),
    CollectionMethod.EVENT: _("when you registered for one of our events"),
    CollectionMethod.PETITION: _("on one of our petitions"),
    CollectionMethod.MEMBERS: _("as one of our members or donors"),
}
INVITATION_STATUSES_ON_MY_DATA: dict[InvitationStatus, LazyString] = {
    InvitationStatus.WAITING: _("Not asked yet"),
    InvitationStatus.LEAVING: _("Sending"),
    InvitationStatus.SENT: _("Sent"),
}
REFUSED_TEXTS: dict[TextError, LazyString] = {
    TextError.EMPTY: _("This file is empty. Export the list again, and choose that file."),
    TextError.WORKBOOK: _(
        "This is a workbook or an archive, not a CSV. Open it, save the sheet as CSV, and choose "
        "that file."
    ),
    TextError.BINARY: _("This isn’t a text file. Export the list as CSV, and choose that file."),
}
REFUSED_HEADERS: dict[HeaderError, LazyString] = {
    HeaderError.NO_HEADER: _(
        "The first line holds an address, not the names of the columns. Add a line above it, such "
        "as: email,first name,language"
    ),
    HeaderError.TOO_MANY_COLUMNS: _("This file has over 200 columns. Is it the right one?"),
}
REFUSED_UPLOADS: dict[UploadError, LazyString] = {
    UploadError.NOT_AN_OWNER: _("Only an owner can import a list."),
    UploadError.NOT_STORED: _(
        "The file can’t be stored. Tell the operator that the disk of the server is full "
        "or write-protected. Nothing was kept."
    ),
}
PROVENANCE_FAULTS: dict[DeclareResult, LazyString] = {
    DeclareResult.NOT_A_PERIOD: _("The years must be from 1990 to this year, in order."),
    DeclareResult.NO_EVIDENCE: _("This document is empty. Choose another one."),
    DeclareResult.EVIDENCE_TOO_LARGE: _("This document has over 5 MB. Choose a smaller copy."),
}
REFUSED_APPROVALS: dict[ApproveResult, LazyString] = {
    ApproveResult.NOT_NOW: _("That isn’t possible in the import’s present state."),
    ApproveResult.NOT_AN_OWNER: _("Only an owner can approve an import."),
    ApproveResult.OWN_IMPORT: _(
        "The owner who imported a list can’t approve it. Ask another owner."
    ),
    ApproveResult.LIST_CLOSED: _("The list is closed. Open it first."),
    ApproveResult.NOBODY: _("Nobody is left to invite."),
    ApproveResult.LIMIT_REACHED: _(
        "As many people were invited in the last 30 days as the number of subscribers allows. Try "
        "again in some days."
    ),
}
