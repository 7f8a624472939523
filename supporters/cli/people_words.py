"""What is said about imports in a shell: refused files, refused rows, refused orders."""

from supporters.signup.importing.approving import Approved
from supporters.signup.importing.declaring import Declared
from supporters.signup.importing.decoding import BrokenText, NotText
from supporters.signup.importing.models import Reason
from supporters.signup.importing.recognising import HeaderFault
from supporters.signup.importing.rules import RefusedWay
from supporters.signup.importing.steering import Steered
from supporters.signup.importing.uploading import Refusal, UploadRefused

SEE = "See: flask people imports list"

FILE_WORDS = {
    NotText.EMPTY: "The file is empty. Export it once more.",
    NotText.WORKBOOK: "This is a workbook or an archive. Save the sheet as CSV, and take that.",
    NotText.BINARY: "This isn't a text. Export the list as CSV, and take that.",
    HeaderFault.NO_HEADER: (
        "The first line holds an address instead of the columns' names. Add a line above it, such "
        "as: email,first name,language"
    ),
    HeaderFault.TOO_MANY_COLUMNS: "The file has over 200 columns. Is this the right one?",
    UploadRefused.NOT_AN_OWNER: "Only an owner who can sign in may import. See: flask organisers",
    UploadRefused.NOT_STORED: "The file can't be stored. Has the disk of the instance room?",
}
WAY_WORDS = {
    RefusedWay.RENTED: "rented",
    RefusedWay.BOUGHT: "bought",
    RefusedWay.EXCHANGED: "exchanged",
    RefusedWay.VENDOR: "from a vendor",
    RefusedWay.REGISTER: "taken from a public register",
    RefusedWay.SCRAPED: "gathered from web pages",
    RefusedWay.UNKNOWN: "of an unknown origin",
}
DECLARED_WORDS = {
    Declared.NOT_NOW: f"This import is past that. {SEE}",
    Declared.NOT_A_PERIOD: "The years must be from 1990 on, in order, and not in the future.",
    Declared.NO_EVIDENCE: "The evidence is empty. Give the form, or a photograph of it.",
    Declared.EVIDENCE_TOO_LARGE: "The evidence has over 5 MB. Give a smaller copy.",
    Declared.NO_ADDRESS_COLUMN: (
        "No column is known to hold the addresses, or two have that name. Add: "
        "--address-column with its number"
    ),
}
APPROVED_WORDS = {
    Approved.UNKNOWN: f"There is no import with this number. {SEE}",
    Approved.NOT_NOW: f"This import doesn't wait for an approval. {SEE}",
    Approved.NOT_AN_OWNER: "Only an owner who can sign in may approve. See: flask organisers list",
    Approved.OWN_IMPORT: "Who imported can't approve: another owner must.",
    Approved.LIST_CLOSED: "The list is closed. Open it first, or cancel the import.",
    Approved.NOBODY: "No row is left that may be asked.",
}
STEERED_WORDS = {
    Steered.UNKNOWN: f"There is no import with this number. {SEE}",
    Steered.NOT_NOW: f"That isn't possible in the import's present state. {SEE}",
}
REASON_WORDS = {
    Reason.NO_ADDRESS: "no address",
    Reason.MALFORMED: "not an address that mail can be sent to",
    Reason.ROLE: "address of an office, not of a person",
    Reason.TWICE: "twice in the file",
    Reason.ON_LIST: "on the list already",
    Reason.HAD_LEFT: "had left, or never confirmed, at the former list",
    Reason.MAY_NOT: "may not be written to",
    Reason.TOO_MANY_COLUMNS: "more cells than columns",
    Reason.TOO_LONG: "line too long",
    Reason.UNREADABLE: "a quote that is never closed",
}


def refused_way(way: RefusedWay) -> str:
    """Return why a list that came in such a way has no way in."""
    return (
        f"A list that was {WAY_WORDS[way]} can't be imported: nobody in it gave their address to "
        "this party. Nothing was kept. There is no way round it."
    )


def refused_file(refusal: Refusal) -> str:
    """Return why a file wasn't taken, and what to do."""
    if isinstance(refusal, BrokenText):
        return (
            f"Line {refusal.line} has bytes that are no characters. Export the file once more, as "
            "UTF-8. Nothing was kept."
        )
    return FILE_WORDS[refusal]
