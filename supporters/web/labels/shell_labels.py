"""The sentences that commands print, by enum. All output of commands is in English."""

from supporters.audit.checkpoint_comparison import ComparisonResult
from supporters.campaigns.merge_fields import FIELDS, MAX_FALLBACK, FaultKind
from supporters.delivery.approval import ApprovalError
from supporters.delivery.launch import LaunchError
from supporters.delivery.previews import SendTestError
from supporters.delivery.problems import ProblemKind
from supporters.delivery.rules import HoldReason
from supporters.imports.encodings import TextError
from supporters.imports.file_formats import HeaderError
from supporters.imports.file_upload import DeclareResult, UploadError
from supporters.imports.import_approval import ApproveResult, ImportControlResult
from supporters.imports.models import RejectionReason
from supporters.imports.rules import RefusedOrigin
from supporters.lists.list_changes import DeleteListError
from supporters.organisers.second_person import SecondPersonFault
from supporters.personal_data.erasure import EraseResult
from supporters.personal_data.rules import (
    EXPORTS_A_DAY,
    LONGEST_REASON,
    SHORTEST_REASON,
    ExportError,
)
from supporters.transparency_log.sealing_spans import Delay

_SEE = "See: flask people imports list"

DELETE_LIST_ERRORS: dict[DeleteListError, str] = {
    DeleteListError.HAS_PEOPLE: (
        "Not deleted. Somebody signed up for it, so its records stay. See: flask lists close --help"
    ),
    DeleteListError.HAS_CAMPAIGNS: (
        "Not deleted. A campaign is written for it. Delete the draft for ever first."
    ),
    DeleteListError.HAS_IMPORTS: "Not deleted. A former list was uploaded for it.",
}
REFUSED_TEXTS: dict[TextError, str] = {
    TextError.EMPTY: "The file is empty. Export it again.",
    TextError.WORKBOOK: "This is a workbook or an archive. Save the sheet as CSV, and import that.",
    TextError.BINARY: "This isn't a text. Export the list as CSV, and import that.",
}
REFUSED_HEADERS: dict[HeaderError, str] = {
    HeaderError.NO_HEADER: (
        "The first line has an address instead of column names. Add a line above it, such as: "
        "email,first name,language"
    ),
    HeaderError.TOO_MANY_COLUMNS: "The file has over 200 columns. Is this the right one?",
}
REFUSED_UPLOADS: dict[UploadError, str] = {
    UploadError.NOT_AN_OWNER: "Only an owner who can sign in may import. See: flask organisers",
    UploadError.NOT_STORED: (
        "The file could not be stored. Check the free space of the instance folder."
    ),
}
REFUSED_WAYS: dict[RefusedOrigin, str] = {
    RefusedOrigin.RENTED: "rented",
    RefusedOrigin.BOUGHT: "bought",
    RefusedOrigin.EXCHANGED: "exchanged",
    RefusedOrigin.VENDOR: "from a vendor",
    RefusedOrigin.REGISTER: "taken from a public register",
    RefusedOrigin.SCRAPED: "collected from web pages",
    RefusedOrigin.UNKNOWN: "of an unknown origin",
}
REFUSED_PROVENANCES: dict[DeclareResult, str] = {
    DeclareResult.NOT_NOW: f"The origin of this import can't be changed any more. {_SEE}",
    DeclareResult.NOT_A_PERIOD: "The years must be from 1990 on, in order, and not in the future.",
    DeclareResult.NO_EVIDENCE: "The evidence is empty. Give the form, or a photo of it.",
    DeclareResult.EVIDENCE_TOO_LARGE: "The evidence has over 5 MB. Give a smaller copy.",
    DeclareResult.NO_ADDRESS_COLUMN: (
        "No column, or more than one, has a name that means addresses. Add: "
        "--address-column with its number"
    ),
}
REFUSED_APPROVALS: dict[ApproveResult, str] = {
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
SECOND_PERSON_FAULTS: dict[SecondPersonFault, str] = {
    SecondPersonFault.SAME_ACCOUNT: "A second person must approve. Ask somebody else.",
    SecondPersonFault.NO_RIGHT: "The account doesn't have this right. See: flask organisers list",
    SecondPersonFault.TOO_NEW: "The right of the account counts only 72 hours after it was given.",
    SecondPersonFault.INVITED_BY_INITIATOR: (
        "The account was invited by the person who began this. Ask somebody else."
    ),
    SecondPersonFault.INVITED_THE_INITIATOR: (
        "The account invited the person who began this, less than 72 hours before. Ask somebody "
        "else."
    ),
}
APPROVAL_ERRORS: dict[ApprovalError, str] = {
    ApprovalError.UNKNOWN: (
        "There is no campaign with this number. See them with: flask campaigns list"
    ),
    ApprovalError.NOT_NOW: (
        "That isn't possible in the present state of the campaign. See: flask campaigns status"
    ),
    ApprovalError.CONTENT_FAULTY: "The draft has mistakes. Correct them in the console.",
    ApprovalError.TOO_HEAVY: (
        "The message has more than 102 kB of HTML, and Gmail would cut off the link to "
        "unsubscribe. Shorten it in the console, whose editor marks the longest block."
    ),
    ApprovalError.NOBODY: "Nobody on the list may be written to.",
    ApprovalError.UNTESTED: (
        "Nobody got a test of exactly this message. Send one with: flask campaigns test"
    ),
    ApprovalError.ALTERED: (
        "The stored message isn't the one that was frozen. Keep a copy of the database, and run: "
        "flask consent verify"
    ),
    ApprovalError.NO_REMARKS: "Say what must change.",
}
REFUSED_LAUNCHES: dict[LaunchError, str] = {
    LaunchError.UNKNOWN: APPROVAL_ERRORS[ApprovalError.UNKNOWN],
    LaunchError.NOT_A_DRAFT: (
        "The campaign was launched already, or is in the trash. It can be launched once."
    ),
    LaunchError.CONTENT_FAULTY: APPROVAL_ERRORS[ApprovalError.CONTENT_FAULTY],
    LaunchError.TOO_HEAVY: APPROVAL_ERRORS[ApprovalError.TOO_HEAVY],
    LaunchError.NOT_APPROVED: (
        "A second person must approve it first. See: flask campaigns ask --help, and flask "
        "campaigns approve --help"
    ),
    LaunchError.APPROVER_GONE: (
        "The account that approved it can't approve it any more. Withdraw the approval, and ask "
        "somebody else. See: flask campaigns withdraw --help"
    ),
    LaunchError.UNTESTED: APPROVAL_ERRORS[ApprovalError.UNTESTED],
    LaunchError.VERSION_ALTERED: APPROVAL_ERRORS[ApprovalError.ALTERED],
    LaunchError.NOBODY: "Nobody on the list may be written to.",
    LaunchError.LOG_ALTERED: (
        "The consent log has a withdrawal that the database lacks. Somebody who unsubscribed might "
        "get the email. Run: flask consent verify"
    ),
}
REFUSED_TESTS: dict[SendTestError, str] = {
    SendTestError.CONTENT_FAULTY: "The draft has mistakes. Correct them in the console.",
    SendTestError.LAUNCHED: "The campaign was launched already.",
    SendTestError.FROZEN_EARLIER: (
        "The program or its settings have changed since the message was frozen, so a test would "
        "show another one. Run flask campaigns withdraw, and ask again."
    ),
    SendTestError.ADDRESS_UNCONFIRMED: (
        "The owner of this address has not proved it. They use “Forgotten password” in the console."
    ),
    SendTestError.OBJECTED: "The owner of this address objected to all messages.",
    SendTestError.TOO_MANY: "This account got the most tests that are allowed in a day.",
    SendTestError.SENT_TOO_MANY: "The shell sent the most tests that are allowed in a day.",
    SendTestError.NOT_A_READER: "This account may not read the campaigns of that list.",
}
REFUSED_ORDERS: dict[ImportControlResult, str] = {
    ImportControlResult.UNKNOWN: f"There is no import with this number. {_SEE}",
    ImportControlResult.NOT_NOW: f"That isn't possible in the current state of the import. {_SEE}",
}
REFUSED_ROWS: dict[RejectionReason, str] = {
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
REFUSED_EXPORTS: dict[ExportError, str] = {
    ExportError.UNKNOWN_LIST: "There is no list with this address. See: flask lists show",
    ExportError.REASON_TOO_SHORT: (
        f"Give a reason of at least {SHORTEST_REASON} characters. It is recorded, and others"
        " read it."
    ),
    ExportError.REASON_TOO_LONG: (
        f"Shorten the reason. It can have {LONGEST_REASON} characters at most."
    ),
    ExportError.TOO_MANY: (
        f"You made {EXPORTS_A_DAY} exports within 24 hours. This is the limit. Try again tomorrow."
    ),
    ExportError.NOBODY: "Nobody on the list may be written to. Nothing was exported.",
}
DRAFT_FAULTS: dict[FaultKind, str] = {
    FaultKind.UNKNOWN_FIELD: f"{{words}} is no merge field (there are: {', '.join(FIELDS)})",
    FaultKind.FALLBACK_MISSING: (
        "{words} needs a fallback for people without one, as in {{{{ given_name | friend }}}}"
    ),
    FaultKind.FALLBACK_TOO_LONG: f"the fallback in {{words}} is over {MAX_FALLBACK} characters",
    FaultKind.BRACES_UNBALANCED: "{words} is incomplete: a merge field has two braces on each side",
    FaultKind.PRIVATE_CHARACTER: "it contains a private-use character (U+E000 or U+E001)",
    FaultKind.SUBJECT_POSES_AS_REPLY: "the subject “{words}” looks like an answer or a forward",
    FaultKind.LINK_WITHOUT_SCHEME: "the link to “{words}” must begin with https://",
    FaultKind.LINK_TEXT_VAGUE: "the link “{words}” doesn't say where it leads",
    FaultKind.IMAGE_FROM_ELSEWHERE: (
        "the image {words} would let another site see who opens the email: upload it in the console"
    ),
    FaultKind.PICTURE_UNKNOWN: "there is no picture {words} in the library",
    FaultKind.NESTED_TOO_DEEP: "“{words}” is inside too many lists or quotations",
    FaultKind.TOO_MUCH_MARKUP: "it has more than 4,000 lines, links and formatting marks",
    FaultKind.LINK_IS_PERSONAL: "the link to {words} has a field in its address",
    FaultKind.NOTHING_TO_READ: "there is no text in it",
    FaultKind.FOREIGN_FIELD: "{words} is a field of another program",
    FaultKind.FIELD_AS_TEXT: "{words} is text there, not a field",
    FaultKind.BLOCK_AS_TEXT: "the lines after “{words}” can't be read as a block",
    FaultKind.BUTTON_WITHOUT_WORDS: "a button has no words",
    FaultKind.BUTTON_WITHOUT_TARGET: "the button “{words}” has no address",
    FaultKind.PICTURE_MISSING: "a block has no picture",
    FaultKind.PICTURE_WITHOUT_DESCRIPTION: "a picture has no description and isn't decoration",
    FaultKind.EVENT_WITHOUT_TITLE: "a meeting has no title",
    FaultKind.EVENT_WITHOUT_TIME: "the meeting “{words}” has no beginning",
    FaultKind.EVENT_ENDS_TOO_SOON: "the meeting “{words}” ends before it begins",
    FaultKind.SHARE_WITHOUT_TARGET: "share links have no address",
    FaultKind.GAP_LEFT: "{words} is still to be filled in",
}
TROUBLES: dict[ProblemKind, str] = {
    ProblemKind.JOURNAL: (
        "A worker can't write its send journal ({details}), so it stopped sending campaign "
        "{campaign}. Free some space on the disk of its instance folder."
    ),
    ProblemKind.LEDGER: (
        "The counts of campaign {campaign} don't match its ledger ({details}), so it was not "
        "ended. Make a backup of the database and report it."
    ),
    ProblemKind.CONTENT: (
        "Campaign {campaign} can't be turned into a message ({details}). Search the log of the "
        "worker for delivery.not_compiled, and cancel the campaign."
    ),
    ProblemKind.DISPUTED: (
        "Campaign {campaign} is paused: readers dispute that they signed up ({details}). Read "
        "their evidence (flask consent proof), then resume or cancel it."
    ),
    ProblemKind.LOG: (
        "Campaign {campaign} is paused: the consent log has a withdrawal that the database lacks. "
        "Keep a copy of the database and run: flask consent verify"
    ),
    ProblemKind.AUDIENCE: (
        "Campaign {campaign} is paused: {details} records of its audience don't agree with the "
        "consent log or the journal of withdrawals. Keep a copy of the database and run: flask "
        "consent verify --record. If an owner accepts the faults (flask delivery lift-hold), "
        "resume it."
    ),
    ProblemKind.VERSION: (
        "Campaign {campaign} is paused: its message in the database isn't the one that was "
        "approved. Keep a copy of the database, and run: flask consent verify. Then cancel the "
        "campaign."
    ),
    ProblemKind.REFUSED: (
        "Campaign {campaign} is paused: the relay rejects our emails ({details}). The rejected "
        "people wait again. Ask the operator of the relay what the code means, correct the cause, "
        "then run: flask campaigns resume {campaign}"
    ),
    ProblemKind.RELAY: (
        "The relay holds up campaign {campaign}: it said {details}. Ask the operator of the relay."
    ),
}
HOLD_REASONS: dict[HoldReason, str] = {
    HoldReason.UNKNOWN: (
        "A worker started on a machine that doesn't know this database: it may be a restored "
        "backup."
    ),
    HoldReason.OLDER: "A machine knows more than this database: a backup was restored.",
    HoldReason.RESTORED: "rights replay was run, or a restoration in the log isn't acknowledged.",
    HoldReason.BEGUN_AGAIN: "The consent log isn't the one that began: somebody deleted entries.",
    HoldReason.FAULTY: "A verification found faults of the consent log: flask consent verify",
}
VERDICTS: dict[ComparisonResult, str] = {
    ComparisonResult.CONTAINED: "is in the tree: since then the log only grew.",
    ComparisonResult.LOST: (
        "WAS LOST by a restore that the log records, and no owner has acknowledged it."
    ),
    ComparisonResult.ACKNOWLEDGED: "was lost by a restore, acknowledged by {name} on {moment}.",
    ComparisonResult.LONGER: (
        "IS NOT in the tree: the database has fewer entries. Was a backup restored?"
    ),
    ComparisonResult.DIFFERENT: "IS NOT in the tree: the log was created anew, or altered.",
    ComparisonResult.OUT_OF_TIME: (
        "is in the tree, BUT the times of the checkpoints are out of order: a clock was set back, "
        "or a checkpoint was inserted."
    ),
    ComparisonResult.FOREIGN: "isn't signed by the key of this log.",
}
DELAYS: dict[Delay, str] = {
    Delay.TOO_LATE: "Other records were sealed meanwhile: it was written later than its time.",
    Delay.WORKER_STOPPED: "Nothing was sealed in between: no worker ran.",
}
ERASURES: dict[EraseResult, str] = {
    EraseResult.DONE: "Erased. Only a keyed hash is left, so that no email is sent to it any more.",
    EraseResult.UNDER_WAY: (
        "Erased, except for the record of an email that is being sent. It is deleted within a "
        "minute."
    ),
    EraseResult.UNKNOWN: "Nobody here had this address. No email is sent to it any more.",
}
