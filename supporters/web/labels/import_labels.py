"""The words of imports: states, ways of collecting, refusals, and the figures of the page."""

from enum import StrEnum

from flask_babel import lazy_gettext as _

from supporters.imports.encodings import TextError
from supporters.imports.file_formats import HeaderError
from supporters.imports.file_upload import DeclareResult, UploadError
from supporters.imports.import_approval import ApproveResult, ImportControlResult
from supporters.imports.models import (
    CollectionMethod,
    ExportFormat,
    ImportStatus,
    InvitationStatus,
    RejectionReason,
)
from supporters.imports.rules import RefusedOrigin
from supporters.web.labels.word_tables import (
    InASentence,
    Meanings,
    Names,
    NamesOnMyData,
    ShellTexts,
    Tone,
    Tones,
)


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


_SEE = "See: flask people imports list"
IMPORT_STATUSES: Names[ImportStatus] = {
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
IMPORT_STATUS_TONES: Tones[ImportStatus] = {
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
REFUSED_ROWS: Names[RejectionReason] = {
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
REFUSED_ROWS_IN_THE_SHELL: ShellTexts[RejectionReason] = {
    RejectionReason.NO_ADDRESS: "no address",
    RejectionReason.MALFORMED: "not a valid email address",
    RejectionReason.ROLE: "address of an office, not of a person",
    RejectionReason.TWICE: "twice in the file",
    RejectionReason.ON_LIST: "on the list already",
    RejectionReason.HAD_LEFT: "unsubscribed from the former list, or never confirmed",
    RejectionReason.MAY_NOT: "may not be written to",
    RejectionReason.TOO_MANY_COLUMNS: "more cells than columns",
    RejectionReason.TOO_LONG: "line too long",
    RejectionReason.UNREADABLE: "a quotation mark that is never closed",
}
EXPORT_FORMATS: Names[ExportFormat] = {
    ExportFormat.MAILCHIMP: _("This is an export of %(program)s.", program="Mailchimp"),
    ExportFormat.LISTMONK: _("This is an export of %(program)s.", program="listmonk"),
    ExportFormat.PHPLIST: _("This is an export of %(program)s.", program="phpList"),
    ExportFormat.MAILMAN: _("This is a plain list of addresses, as Mailman gives it."),
}
WAYS: Names[CollectionMethod] = {
    CollectionMethod.SITE: _("They signed up on our own web site to receive our news"),
    CollectionMethod.PAPER: _("They filled in a paper form of ours, at a stand or a meeting"),
    CollectionMethod.EVENT: _("They registered for one of our events"),
    CollectionMethod.PETITION: _("They signed one of our petitions"),
    CollectionMethod.MEMBERS: _("They were our members or donors"),
}
WAYS_ON_MY_DATA: NamesOnMyData[CollectionMethod] = {
    CollectionMethod.SITE: _("on our own web site"),
    CollectionMethod.PAPER: _("on a paper form of ours, at a stand or a meeting"),
    CollectionMethod.EVENT: _("when you registered for one of our events"),
    CollectionMethod.PETITION: _("on one of our petitions"),
    CollectionMethod.MEMBERS: _("as one of our members or donors"),
}
REFUSED_WAYS: Names[RefusedOrigin] = {
    RefusedOrigin.RENTED: _("The list was rented"),
    RefusedOrigin.BOUGHT: _("The list was bought"),
    RefusedOrigin.EXCHANGED: _("The list was exchanged with somebody, or lent by them"),
    RefusedOrigin.VENDOR: _("A vendor, an agency or a partner supplied it"),
    RefusedOrigin.REGISTER: _("The addresses were taken from a public register or directory"),
    RefusedOrigin.SCRAPED: _("The addresses were collected from web pages"),
    RefusedOrigin.UNKNOWN: _("The origin is unknown"),
}
REFUSED_WAYS_IN_A_SENTENCE: InASentence[RefusedOrigin] = {
    RefusedOrigin.RENTED: _("a rented list"),
    RefusedOrigin.BOUGHT: _("a bought list"),
    RefusedOrigin.EXCHANGED: _("an exchanged or lent list"),
    RefusedOrigin.VENDOR: _("a list from a vendor"),
    RefusedOrigin.REGISTER: _("a list from a public register"),
    RefusedOrigin.SCRAPED: _("addresses from web pages"),
    RefusedOrigin.UNKNOWN: _("a list of unknown origin"),
}
REFUSED_WAYS_IN_THE_SHELL: ShellTexts[RefusedOrigin] = {
    RefusedOrigin.RENTED: "rented",
    RefusedOrigin.BOUGHT: "bought",
    RefusedOrigin.EXCHANGED: "exchanged",
    RefusedOrigin.VENDOR: "from a vendor",
    RefusedOrigin.REGISTER: "taken from a public register",
    RefusedOrigin.SCRAPED: "collected from web pages",
    RefusedOrigin.UNKNOWN: "of an unknown origin",
}
INVITATION_FIGURES: Names[InvitationFigure] = {
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
INVITATION_FIGURE_MEANINGS: Meanings[InvitationFigure] = {
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
INVITATION_STATUSES_ON_MY_DATA: NamesOnMyData[InvitationStatus] = {
    InvitationStatus.WAITING: _("Not asked yet"),
    InvitationStatus.LEAVING: _("Sending"),
    InvitationStatus.SENT: _("Sent"),
}
REFUSED_TEXTS: Names[TextError] = {
    TextError.EMPTY: _("This file is empty. Export the list again, and choose that file."),
    TextError.WORKBOOK: _(
        "This is a workbook or an archive, not a CSV. Open it, save the sheet as CSV, and choose "
        "that file."
    ),
    TextError.BINARY: _("This isn’t a text file. Export the list as CSV, and choose that file."),
}
REFUSED_TEXTS_IN_THE_SHELL: ShellTexts[TextError] = {
    TextError.EMPTY: "The file is empty. Export it again.",
    TextError.WORKBOOK: "This is a workbook or an archive. Save the sheet as CSV, and import that.",
    TextError.BINARY: "This isn't a text. Export the list as CSV, and import that.",
}
REFUSED_HEADERS: Names[HeaderError] = {
    HeaderError.NO_HEADER: _(
        "The first line holds an address, not the names of the columns. Add a line above it, such "
        "as: email,first name,language"
    ),
    HeaderError.TOO_MANY_COLUMNS: _("This file has over 200 columns. Is it the right one?"),
}
REFUSED_HEADERS_IN_THE_SHELL: ShellTexts[HeaderError] = {
    HeaderError.NO_HEADER: (
        "The first line has an address instead of column names. Add a line above it, such as: "
        "email,first name,language"
    ),
    HeaderError.TOO_MANY_COLUMNS: "The file has over 200 columns. Is this the right one?",
}
REFUSED_UPLOADS: Names[UploadError] = {
    UploadError.NOT_AN_OWNER: _("Only an owner can import a list."),
}
REFUSED_UPLOADS_IN_THE_SHELL: ShellTexts[UploadError] = {
    UploadError.NOT_AN_OWNER: "Only an owner who can sign in may import. See: flask organisers",
}
PROVENANCE_FAULTS: Names[DeclareResult] = {
    DeclareResult.NOT_A_PERIOD: _("The years must be from 1990 to this year, in order."),
    DeclareResult.NO_EVIDENCE: _("This document is empty. Choose another one."),
    DeclareResult.EVIDENCE_TOO_LARGE: _("This document has over 5 MB. Choose a smaller copy."),
}
PROVENANCE_FAULTS_IN_THE_SHELL: ShellTexts[DeclareResult] = {
    DeclareResult.NOT_NOW: f"The origin of this import can't be changed any more. {_SEE}",
    DeclareResult.NOT_A_PERIOD: "The years must be from 1990 on, in order, and not in the future.",
    DeclareResult.NO_EVIDENCE: "The evidence is empty. Give the form, or a photo of it.",
    DeclareResult.EVIDENCE_TOO_LARGE: "The evidence has over 5 MB. Give a smaller copy.",
    DeclareResult.NO_ADDRESS_COLUMN: (
        "No column, or more than one, has a name that means addresses. Add: "
        "--address-column with its number"
    ),
}
REFUSED_APPROVALS: Names[ApproveResult] = {
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
REFUSED_APPROVALS_IN_THE_SHELL: ShellTexts[ApproveResult] = {
    ApproveResult.UNKNOWN: f"There is no import with this number. {_SEE}",
    ApproveResult.NOT_NOW: f"This import doesn't wait for approval. {_SEE}",
    ApproveResult.NOT_AN_OWNER: (
        "Only an owner who can sign in may approve. See: flask organisers list"
    ),
    ApproveResult.OWN_IMPORT: "The owner who imported a list cannot approve it. Ask another owner.",
    ApproveResult.LIST_CLOSED: "The list is closed. Open it first, or cancel the import.",
    ApproveResult.NOBODY: "No row is left that may be invited.",
    ApproveResult.LIMIT_REACHED: (
        "As many people were invited in the last 30 days as the number of subscribers allows."
    ),
}
REFUSED_ORDERS: ShellTexts[ImportControlResult] = {
    ImportControlResult.UNKNOWN: f"There is no import with this number. {_SEE}",
    ImportControlResult.NOT_NOW: f"That isn't possible in the current state of the import. {_SEE}",
}
