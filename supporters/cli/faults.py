"""What must be mended in the content of a campaign, in words for a shell."""

from collections.abc import Sequence

from supporters.campaigns.merging import FIELDS, MAX_FALLBACK, Fault, FaultKind

WORDS = {
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
    FaultKind.NESTED_TOO_DEEP: "“{words}” stands inside too many lists or quotations",
    FaultKind.LINK_IS_PERSONAL: "the link to {words} has a field in its address",
    FaultKind.NOTHING_TO_READ: "there is no text in it",
}


def describe_faults(faults: Sequence[Fault]) -> str:
    """Return all faults, each in words."""
    return "; ".join(WORDS[fault.kind].format(words=fault.words) for fault in faults)
