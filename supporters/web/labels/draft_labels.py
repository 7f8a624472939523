"""The words of a draft's faults, and of doubts: what its writer should look at again."""

from flask_babel import lazy_gettext as _

from supporters.campaigns.content_doubts import DoubtKind
from supporters.campaigns.document.stored_document import DocumentFaultKind
from supporters.campaigns.links.models import LinkOutcome
from supporters.campaigns.merge_fields import FIELDS, MAX_FALLBACK, FaultKind
from supporters.web.labels.word_tables import Names, ShellTexts

DRAFT_FAULTS: Names[FaultKind] = {
    FaultKind.UNKNOWN_FIELD: _("There is no field %(words)s. There are: %(fields)s."),
    FaultKind.FALLBACK_MISSING: _(
        "Give a word for people without a name, as in {{ given_name | friend }}:"
    ),
    FaultKind.FALLBACK_TOO_LONG: _("The words behind the bar are too long (at most 80):"),
    FaultKind.BRACES_UNBALANCED: _("A merge field has two braces on each side. Check:"),
    FaultKind.PRIVATE_CHARACTER: _("The text has characters that can’t be sent. Type it again."),
    FaultKind.SUBJECT_POSES_AS_REPLY: _(
        "A subject may not look like an answer or a forwarded message. Remove:"
    ),
    FaultKind.LINK_WITHOUT_SCHEME: _("A link must be complete and begin with https://. Correct:"),
    FaultKind.LINK_TEXT_VAGUE: _("The text of the link must say where it leads. Replace:"),
    FaultKind.IMAGE_FROM_ELSEWHERE: _(
        "The site of this picture would learn who opens the message, and when. Upload the "
        "picture in the library of pictures instead, and remove:"
    ),
    FaultKind.PICTURE_UNKNOWN: _(
        "There is no such picture in the library. Upload it again, or remove:"
    ),
    FaultKind.NESTED_TOO_DEEP: _(
        "A list or a quotation is inside too many others. It and the text after it would "
        "be lost. Use fewer levels here:"
    ),
    FaultKind.TOO_MUCH_MARKUP: _(
        "The text has more than 4,000 lines, links and formatting marks, so it can’t be shown "
        "or sent. Shorten it."
    ),
    FaultKind.LINK_IS_PERSONAL: _(
        "The address of a link can’t contain a merge field: it would tell who followed the "
        "link. Remove the field from:"
    ),
    FaultKind.NOTHING_TO_READ: _("Write the message."),
    FaultKind.FIELD_AS_TEXT: _(
        "This is text, so all readers would see it as it is. Insert the field from the menu "
        "instead of:"
    ),
    FaultKind.FOREIGN_FIELD: _(
        "This is a field of another program, so readers would see it as it is. Insert a field from "
        "the menu instead of:"
    ),
    FaultKind.BLOCK_AS_TEXT: _(
        "The lines between three colons can’t be read as a block, so readers would see them. "
        "Correct:"
    ),
    FaultKind.BUTTON_WITHOUT_WORDS: _("A button needs words that say what it does."),
    FaultKind.BUTTON_WITHOUT_TARGET: _("A button needs an address. Add it to:"),
    FaultKind.PICTURE_MISSING: _("Choose a picture, or delete its block."),
    FaultKind.PICTURE_WITHOUT_DESCRIPTION: _(
        "Describe the picture for people who can’t see it, or mark it as decoration."
    ),
    FaultKind.EVENT_WITHOUT_TITLE: _("The meeting needs a title."),
    FaultKind.EVENT_WITHOUT_TIME: _("Say when the meeting begins:"),
    FaultKind.EVENT_ENDS_TOO_SOON: _("The meeting ends before it begins. Correct the times of:"),
    FaultKind.SHARE_WITHOUT_TARGET: _("Give the address of the page to share."),
    FaultKind.GAP_LEFT: _("Fill in, or remove:"),
}
DRAFT_FAULTS_IN_THE_SHELL: ShellTexts[FaultKind] = {
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
DOCUMENT_FAULTS: Names[DocumentFaultKind] = {
    DocumentFaultKind.NOT_JSON: _("The text arrived damaged, so it was not saved. Save it again."),
    DocumentFaultKind.NEWER_VERSION: _(
        "A newer version of the program wrote this text. Reload the page, and try again."
    ),
    DocumentFaultKind.TOO_LARGE: _(
        "The text is larger than 256 kB, so it can’t be saved. Shorten it: mail programs cut "
        "long messages far below that."
    ),
    DocumentFaultKind.TOO_MANY_BLOCKS: _(
        "The text has more than 500 blocks, so it can’t be saved. Shorten it."
    ),
    DocumentFaultKind.UNKNOWN_BLOCK: _("This kind of block can’t be in a message. Remove it."),
    DocumentFaultKind.UNKNOWN_PART: _(
        "A part of this block can’t be in a message. Write the block again."
    ),
    DocumentFaultKind.REFUSED_LINK: _(
        "A link in this block has an address that mail programs don’t open. Use one that begins "
        "with https://"
    ),
    DocumentFaultKind.TEXT_TOO_LONG: _(
        "A description, a caption, an address or a name in this block is too long. Shorten it."
    ),
    DocumentFaultKind.LISTS_TOO_DEEP: _(
        "More than 9 lists are inside each other in this block. Use fewer levels."
    ),
    DocumentFaultKind.UNEVEN_TABLE: _("All rows of the table need the same number of cells."),
}
DRAFT_DOUBTS: Names[DoubtKind] = {
    DoubtKind.SHOUTS: _(
        "Capitals are hard to read, and filters take them for advertising: %(words)s"
    ),
    DoubtKind.EXCLAIMS: _("One mark is enough, and filters count them: %(words)s"),
    DoubtKind.TAG_AS_TEXT: _("Readers would see this tag as text: %(words)s"),
    DoubtKind.MARKUP_AS_TEXT: _(
        "Readers would see these marks as text. Use the buttons instead: %(words)s"
    ),
    DoubtKind.LINK_TEXT_WEAK: _(
        "Read alone, these words don’t say where the link leads: %(words)s"
    ),
    DoubtKind.BROKEN_ADDRESS: _("This address has a typing error, so it leads nowhere: %(words)s"),
    DoubtKind.OTHER_LANGUAGE: _(
        "The text seems to be in another language (%(words)s) than the message. Screen readers and "
        "the footer follow the language of the message."
    ),
    DoubtKind.WIDE_TABLE: _(
        "A phone has no room for %(words)s columns: five at most, or two tables, one below the "
        "other."
    ),
    DoubtKind.NEARLY_TOO_HEAVY: _(
        "The message has %(words)s kB. Gmail cuts it off after 102 kB, its footer included."
    ),
    DoubtKind.TOO_HEAVY: _(
        "The message has %(words)s kB: Gmail cuts it off after 102 kB, and readers lose the link "
        "to unsubscribe. Make it shorter."
    ),
}
LINK_OUTCOMES: Names[LinkOutcome] = {
    LinkOutcome.ANSWERED: _("This link answered on %(when)s: %(words)s"),
    LinkOutcome.GONE: _("This link led to no page on %(when)s (%(status)s): %(words)s"),
    LinkOutcome.TROUBLED: _(
        "The site of this link was out of order on %(when)s (%(status)s): %(words)s"
    ),
    LinkOutcome.UNKNOWN_HOST: _("The site of this link didn’t exist on %(when)s: %(words)s"),
    LinkOutcome.UNREACHABLE: _("This link didn’t answer on %(when)s: %(words)s"),
    LinkOutcome.INSECURE: _(
        "Browsers warn of this link, whose certificate was not valid on %(when)s: %(words)s"
    ),
    LinkOutcome.NOT_PUBLIC: _(
        "This link leads into a private network, where readers can’t go: %(words)s"
    ),
}
