"""The sentences that commands print, by enum. All output of commands is in English."""

from supporters.audit.checkpoint_comparison import Verdict
from supporters.campaigns.merge_fields import FIELDS, MAX_FALLBACK, FaultKind
from supporters.delivery.problems import TroubleKind
from supporters.delivery.rules import HoldReason
from supporters.imports.encodings import NotText
from supporters.imports.file_formats import HeaderFault
from supporters.imports.file_upload import Declared, UploadRefused
from supporters.imports.import_approval import Approved, Steered
from supporters.imports.models import Reason
from supporters.imports.rules import RefusedWay
from supporters.personal_data.erasure import Erased
from supporters.personal_data.rules import (
    EXPORTS_A_DAY,
    LONGEST_REASON,
    SHORTEST_REASON,
    ExportRefused,
)
from supporters.transparency_log.sealing_spans import Delay

_SEE = "See: flask people imports list"

REFUSED_TEXTS: dict[NotText, str] = {
    NotText.EMPTY: "The file is empty. Export it again.",
    NotText.WORKBOOK: "This is a workbook or an archive. Save the sheet as CSV, and import that.",
    NotText.BINARY: "This isn't a text. Export the list as CSV, and import that.",
}
REFUSED_HEADERS: dict[HeaderFault, str] = {
    HeaderFault.NO_HEADER: (
        "The first line has an address instead of column names. Add a line above it, such as: "
        "email,first name,language"
    ),
    HeaderFault.TOO_MANY_COLUMNS: "The file has over 200 columns. Is this the right one?",
}
REFUSED_UPLOADS: dict[UploadRefused, str] = {
    UploadRefused.NOT_AN_OWNER: "Only an owner who can sign in may import. See: flask organisers",
    UploadRefused.NOT_STORED: (
        "The file could not be stored. Check the free space of the instance folder."
    ),
}
REFUSED_WAYS: dict[RefusedWay, str] = {
    RefusedWay.RENTED: "rented",
    RefusedWay.BOUGHT: "bought",
    RefusedWay.EXCHANGED: "exchanged",
    RefusedWay.VENDOR: "from a vendor",
    RefusedWay.REGISTER: "taken from a public register",
    RefusedWay.SCRAPED: "collected from web pages",
    RefusedWay.UNKNOWN: "of an unknown origin",
}
REFUSED_PROVENANCES: dict[Declared, str] = {
    Declared.NOT_NOW: f"The origin of this import can't be changed any more. {_SEE}",
    Declared.NOT_A_PERIOD: "The years must be from 1990 on, in order, and not in the future.",
    Declared.NO_EVIDENCE: "The evidence is empty. Give the form, or a photo of it.",
    Declared.EVIDENCE_TOO_LARGE: "The evidence has over 5 MB. Give a smaller copy.",
    Declared.NO_ADDRESS_COLUMN: (
        "No column, or more than one, has a name that means addresses. Add: "
        "--address-column with its number"
    ),
}
REFUSED_APPROVALS: dict[Approved, str] = {
    Approved.UNKNOWN: f"There is no import with this number. {_SEE}",
    Approved.NOT_NOW: f"This import doesn't wait for approval. {_SEE}",
    Approved.NOT_AN_OWNER: "Only an owner who can sign in may approve. See: flask organisers list",
    Approved.OWN_IMPORT: "The owner who imported a list cannot approve it. Ask another owner.",
    Approved.LIST_CLOSED: "The list is closed. Open it first, or cancel the import.",
    Approved.NOBODY: "No row is left that may be invited.",
}
REFUSED_ORDERS: dict[Steered, str] = {
    Steered.UNKNOWN: f"There is no import with this number. {_SEE}",
    Steered.NOT_NOW: f"That isn't possible in the current state of the import. {_SEE}",
}
REFUSED_ROWS: dict[Reason, str] = {
    Reason.NO_ADDRESS: "no address",
    Reason.MALFORMED: "not a valid email address",
    Reason.ROLE: "address of an office, not of a person",
    Reason.TWICE: "twice in the file",
    Reason.ON_LIST: "on the list already",
    Reason.HAD_LEFT: "unsubscribed from the former list, or never confirmed",
    Reason.MAY_NOT: "may not be written to",
    Reason.TOO_MANY_COLUMNS: "more cells than columns",
    Reason.TOO_LONG: "line too long",
    Reason.UNREADABLE: "a quotation mark that is never closed",
}
REFUSED_EXPORTS: dict[ExportRefused, str] = {
    ExportRefused.UNKNOWN_LIST: "There is no list with this address. See: flask lists show",
    ExportRefused.REASON_TOO_SHORT: (
        f"Give a reason of at least {SHORTEST_REASON} characters. It is recorded, and others"
        " read it."
    ),
    ExportRefused.REASON_TOO_LONG: (
        f"Shorten the reason. It can have {LONGEST_REASON} characters at most."
    ),
    ExportRefused.TOO_MANY: (
        f"You made {EXPORTS_A_DAY} exports within 24 hours. This is the limit. Try again tomorrow."
    ),
    ExportRefused.NOBODY: "Nobody on the list may be written to. Nothing was exported.",
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
        "the image {words} would let another site see who opens the email: link to a page instead"
    ),
    FaultKind.NESTED_TOO_DEEP: "“{words}” is inside too many lists or quotations",
    FaultKind.LINK_IS_PERSONAL: "the link to {words} has a field in its address",
    FaultKind.NOTHING_TO_READ: "there is no text in it",
}
TROUBLES: dict[TroubleKind, str] = {
    TroubleKind.JOURNAL: (
        "A worker can't write its send journal ({details}), so it stopped sending campaign "
        "{campaign}. Free some space on the disk of its instance folder."
    ),
    TroubleKind.LEDGER: (
        "The counts of campaign {campaign} don't match its ledger ({details}), so it was not "
        "ended. Make a backup of the database and report it."
    ),
    TroubleKind.CONTENT: (
        "Campaign {campaign} can't be turned into a message ({details}). Search the log of the "
        "worker for delivery.not_compiled, and cancel the campaign."
    ),
    TroubleKind.CONTESTED: (
        "Campaign {campaign} is paused: readers dispute that they signed up ({details}). Read "
        "their evidence (flask consent proof), then resume or cancel it."
    ),
    TroubleKind.LOG: (
        "Campaign {campaign} is paused: the consent log has a withdrawal that the database lacks. "
        "Keep a copy of the database and run: flask consent verify"
    ),
    TroubleKind.REFUSED: (
        "Campaign {campaign} is paused: the relay rejects our emails ({details}). The rejected "
        "people wait again. Ask the operator of the relay what the code means, correct the cause, "
        "then run: flask campaigns resume {campaign}"
    ),
    TroubleKind.RELAY: (
        "The relay holds up campaign {campaign}: it said {details}. Ask the operator of the relay."
    ),
}
HOLD_REASONS: dict[HoldReason, str] = {
    HoldReason.UNKNOWN: (
        "A worker started on a machine that doesn't know this database: it may be a restored "
        "backup."
    ),
    HoldReason.OLDER: "A machine knows more than this database: a backup was restored.",
    HoldReason.RESTORED: "rights replay was run: a backup was restored.",
}
VERDICTS: dict[Verdict, str] = {
    Verdict.CONTAINED: "is in the tree: since then the log only grew.",
    Verdict.LOST: "was lost by a restore. The log records this restore.",
    Verdict.LONGER: "IS NOT in the tree: the database has fewer entries. Was a backup restored?",
    Verdict.DIFFERENT: "IS NOT in the tree: the log was created anew, or altered.",
    Verdict.OUT_OF_TIME: "is in the tree, BUT the times of the checkpoints are out of order: a "
    "clock was set back, or a checkpoint was inserted.",
    Verdict.FOREIGN: "isn't signed by the key of this log.",
}
DELAYS: dict[Delay, str] = {
    Delay.TOO_LATE: "Other records were sealed meanwhile: it was written later than its time.",
    Delay.STOOD_STILL: "Nothing was sealed in between: no worker ran.",
}
ERASURES: dict[Erased, str] = {
    Erased.DONE: "Erased. Only a keyed hash is left, so that no email is sent to it any more.",
    Erased.UNDER_WAY: (
        "Erased, except for the record of an email that is being sent. It is deleted within a "
        "minute."
    ),
    Erased.UNKNOWN: "Nobody here had this address. No email is sent to it any more.",
}
