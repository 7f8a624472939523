"""The sentences that commands print, keyed by enum, in English."""

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
    NotText.EMPTY: "The file is empty. Export it once more.",
    NotText.WORKBOOK: "This is a workbook or an archive. Save the sheet as CSV, and take that.",
    NotText.BINARY: "This isn't a text. Export the list as CSV, and take that.",
}
REFUSED_HEADERS: dict[HeaderFault, str] = {
    HeaderFault.NO_HEADER: (
        "The first line holds an address instead of the columns' names. Add a line above it, such "
        "as: email,first name,language"
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
    RefusedWay.SCRAPED: "gathered from web pages",
    RefusedWay.UNKNOWN: "of an unknown origin",
}
REFUSED_PROVENANCES: dict[Declared, str] = {
    Declared.NOT_NOW: f"This import is past that. {_SEE}",
    Declared.NOT_A_PERIOD: "The years must be from 1990 on, in order, and not in the future.",
    Declared.NO_EVIDENCE: "The evidence is empty. Give the form, or a photo of it.",
    Declared.EVIDENCE_TOO_LARGE: "The evidence has over 5 MB. Give a smaller copy.",
    Declared.NO_ADDRESS_COLUMN: (
        "No column is known to hold the addresses, or two have that name. Add: "
        "--address-column with its number"
    ),
}
REFUSED_APPROVALS: dict[Approved, str] = {
    Approved.UNKNOWN: f"There is no import with this number. {_SEE}",
    Approved.NOT_NOW: f"This import doesn't wait for an approval. {_SEE}",
    Approved.NOT_AN_OWNER: "Only an owner who can sign in may approve. See: flask organisers list",
    Approved.OWN_IMPORT: "The owner who imported a list cannot approve it. Ask another owner.",
    Approved.LIST_CLOSED: "The list is closed. Open it first, or cancel the import.",
    Approved.NOBODY: "No row is left to invite.",
}
REFUSED_ORDERS: dict[Steered, str] = {
    Steered.UNKNOWN: f"There is no import with this number. {_SEE}",
    Steered.NOT_NOW: f"That isn't possible in the import's present state. {_SEE}",
}
REFUSED_ROWS: dict[Reason, str] = {
    Reason.NO_ADDRESS: "no address",
    Reason.MALFORMED: "not a valid address",
    Reason.ROLE: "address of an office, not of a person",
    Reason.TWICE: "twice in the file",
    Reason.ON_LIST: "on the list already",
    Reason.HAD_LEFT: "had unsubscribed from the former list, or never confirmed there",
    Reason.MAY_NOT: "may not be written to",
    Reason.TOO_MANY_COLUMNS: "more cells than columns",
    Reason.TOO_LONG: "line too long",
    Reason.UNREADABLE: "a quote that is never closed",
}
REFUSED_EXPORTS: dict[ExportRefused, str] = {
    ExportRefused.UNKNOWN_LIST: "There is no list with this address. See: flask lists show",
    ExportRefused.REASON_TOO_SHORT: (
        f"Give a reason of at least {SHORTEST_REASON} characters: it is recorded, and others"
        " read it."
    ),
    ExportRefused.REASON_TOO_LONG: f"Shorten the reason: at most {LONGEST_REASON} characters fit.",
    ExportRefused.TOO_MANY: (
        f"You made {EXPORTS_A_DAY} exports within 24 hours, and reached the limit. Come back"
        " tomorrow."
    ),
    ExportRefused.NOBODY: "Nobody on the list can get messages. Nothing was exported.",
}
DRAFT_FAULTS: dict[FaultKind, str] = {
    FaultKind.UNKNOWN_FIELD: f"{{words}} is no merge field (there are: {', '.join(FIELDS)})",
    FaultKind.FALLBACK_MISSING: (
        "{words} needs a fallback for people who gave none, as in {{{{ given_name | friend }}}}"
    ),
    FaultKind.FALLBACK_TOO_LONG: f"the fallback in {{words}} is over {MAX_FALLBACK} characters",
    FaultKind.BRACES_UNBALANCED: "{words} stands alone: a merge field has two braces on each side",
    FaultKind.PRIVATE_CHARACTER: "it contains a private-use character (U+E000 or U+E001)",
    FaultKind.SUBJECT_POSES_AS_REPLY: "the subject “{words}” poses as an answer or a forward",
    FaultKind.LINK_WITHOUT_SCHEME: "the link to “{words}” must begin with https://",
    FaultKind.LINK_TEXT_VAGUE: "the link “{words}” doesn't say where it leads",
    FaultKind.IMAGE_FROM_ELSEWHERE: (
        "the image {words} would tell another site who opens the mail: link to a page instead"
    ),
    FaultKind.NESTED_TOO_DEEP: "“{words}” is inside too many lists or quotations",
    FaultKind.LINK_IS_PERSONAL: "the link to {words} has a field in its address",
    FaultKind.NOTHING_TO_READ: "there is no text in it",
}
TROUBLES: dict[TroubleKind, str] = {
    TroubleKind.JOURNAL: (
        "A worker can't write its send journal ({details}), so it stopped sending campaign "
        "{campaign}. Free space on the disk of its instance folder."
    ),
    TroubleKind.LEDGER: (
        "The ledger of campaign {campaign} doesn't add up ({details}), so it isn't marked as sent. "
        "Make a backup of the database and report it."
    ),
    TroubleKind.CONTENT: (
        "Campaign {campaign} can't be made into a message ({details}). Look into the worker's "
        "log for delivery.not_compiled, and cancel it."
    ),
    TroubleKind.CONTESTED: (
        "Campaign {campaign} is paused: readers dispute their sign-up ({details}). Read their "
        "evidence (flask consent proof), then resume or cancel it."
    ),
    TroubleKind.LOG: (
        "Campaign {campaign} is paused: the log shows that a withdrawal was taken out of "
        "the database. Keep a copy of it, run: flask consent verify"
    ),
    TroubleKind.REFUSED: (
        "Campaign {campaign} is paused: the relay rejects our messages ({details}). These messages "
        "wait again. Ask the operator of the relay what the code means, correct it, then run: "
        "flask campaigns resume {campaign}"
    ),
    TroubleKind.RELAY: (
        "The relay delays campaign {campaign}: it said {details}. Ask the operator of the relay."
    ),
}
HOLD_REASONS: dict[HoldReason, str] = {
    HoldReason.UNKNOWN: (
        "A worker started on a machine that doesn't know this database. It may be a restored "
        "backup."
    ),
    HoldReason.OLDER: "A machine knows more than this database: a backup was restored.",
    HoldReason.RESTORED: "rights replay was run: a backup was restored.",
}
VERDICTS: dict[Verdict, str] = {
    Verdict.CONTAINED: "is in the tree: the log only grew since.",
    Verdict.LOST: "was lost by a restoration that the log records.",
    Verdict.LONGER: "IS NOT in the tree: the database has fewer entries. Was a backup restored?",
    Verdict.DIFFERENT: "IS NOT in the tree: the log was made anew, or altered.",
    Verdict.OUT_OF_TIME: (
        "is in the tree, BUT checkpoints aren't in the order of their times: a clock was set back, "
        "or a checkpoint was inserted."
    ),
    Verdict.FOREIGN: "isn't signed by the key of this log.",
}
DELAYS: dict[Delay, str] = {
    Delay.TOO_LATE: "Other entries were sealed meanwhile: it was written later than it says.",
    Delay.STOOD_STILL: "Nothing was sealed in between: the worker was stopped.",
}
ERASURES: dict[Erased, str] = {
    Erased.DONE: "Erased. A keyed hash of the address stops new messages.",
    Erased.UNDER_WAY: (
        "Erased, except the trace of a message that is leaving now. It is deleted within a minute."
    ),
    Erased.UNKNOWN: "We don't know this address. Nothing will be sent to it any more.",
}
