"""Labels of campaigns, their deliveries and pictures, and the faults of a draft."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.campaigns.beginnings.starting_texts import ReadyTemplate
from supporters.campaigns.beginnings.team_texts import TeamTextError
from supporters.campaigns.document.stored_document import DocumentFaultKind
from supporters.campaigns.face_changes import FaceError
from supporters.campaigns.merge_fields import FaultKind
from supporters.campaigns.models import CampaignStatus
from supporters.campaigns.pictures.picture_files import PictureFault
from supporters.campaigns.pictures.picture_library import DeletePictureError
from supporters.delivery.previews import SendTestError
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.issues.publication import PublishError
from supporters.lists.rules import SenderFault
from supporters.web.labels.tones import Tone

CAMPAIGN_STATUSES: dict[CampaignStatus, LazyString] = {
    CampaignStatus.DRAFT: _("Draft"),
    CampaignStatus.AWAITING_APPROVAL: _("Waits for approval"),
    CampaignStatus.APPROVED: _("Approved"),
    CampaignStatus.RUNNING: _("Being sent"),
    CampaignStatus.PAUSED: _("Paused"),
    CampaignStatus.SENT: _("Sent"),
    CampaignStatus.CANCELLED: _("Cancelled"),
    CampaignStatus.TRASHED: _("In the trash"),
}
CAMPAIGN_STATUS_TONES: dict[CampaignStatus, Tone] = {
    CampaignStatus.DRAFT: Tone.QUIET,
    CampaignStatus.AWAITING_APPROVAL: Tone.WARN,
    CampaignStatus.APPROVED: Tone.GOOD,
    CampaignStatus.RUNNING: Tone.LIVE,
    CampaignStatus.PAUSED: Tone.WARN,
    CampaignStatus.SENT: Tone.GOOD,
    CampaignStatus.CANCELLED: Tone.BAD,
    CampaignStatus.TRASHED: Tone.QUIET,
}
DELIVERY_STATUSES: dict[DeliveryStatus, LazyString] = {
    DeliveryStatus.QUEUED: _("Queued"),
    DeliveryStatus.ACCEPTED: _("Accepted by the mail server"),
    DeliveryStatus.DEFERRED: _("To retry"),
    DeliveryStatus.REFUSED: _("Rejected by the mail server"),
    DeliveryStatus.SKIPPED: _("Skipped"),
    DeliveryStatus.UNCERTAIN: _("Unknown outcome"),
}
DELIVERY_STATUS_TONES: dict[DeliveryStatus, Tone] = {
    DeliveryStatus.QUEUED: Tone.QUIET,
    DeliveryStatus.ACCEPTED: Tone.GOOD,
    DeliveryStatus.DEFERRED: Tone.WARN,
    DeliveryStatus.REFUSED: Tone.BAD,
    DeliveryStatus.SKIPPED: Tone.QUIET,
    DeliveryStatus.UNCERTAIN: Tone.WARN,
}
WHY_SKIPPED: dict[SkipReason, LazyString] = {
    SkipReason.CANCELLED: _("Not sent: we cancelled this campaign"),
    SkipReason.UNSUBSCRIBED: _("Not sent: unsubscribed"),
    SkipReason.PAUSED: _("Not sent: paused"),
    SkipReason.RESTRICTED: _("Not sent: restricted"),
    SkipReason.OBJECTED: _("Not sent: objected"),
    SkipReason.ERASED: _("Not sent: erased"),
    SkipReason.BASELESS: _("Not sent: no valid consent"),
    SkipReason.LEFT: _("Not sent: unsubscribed or paused"),
}
# An erased person has no page. `ERASED` has words because each cause needs some.
WHY_SKIPPED_ON_MY_DATA: dict[SkipReason, LazyString] = {
    SkipReason.CANCELLED: _("Not sent: we cancelled this campaign"),
    SkipReason.UNSUBSCRIBED: _("Not sent: you had unsubscribed"),
    SkipReason.PAUSED: _("Not sent: you had paused our messages"),
    SkipReason.RESTRICTED: _("Not sent: your data was restricted"),
    SkipReason.OBJECTED: _("Not sent: you asked for no more messages"),
    SkipReason.ERASED: _("Skipped"),
    SkipReason.BASELESS: _("Not sent: you had not consented, or not any more"),
    SkipReason.LEFT: _("Not sent: you had unsubscribed or paused"),
}
DRAFT_FAULTS: dict[FaultKind, LazyString] = {
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
DOCUMENT_FAULTS: dict[DocumentFaultKind, LazyString] = {
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
REFUSED_TESTS: dict[SendTestError, LazyString] = {
    SendTestError.LAUNCHED: _("This campaign was launched: a test can’t change anything any more."),
    SendTestError.FROZEN_EARLIER: _(
        "The program or its settings have changed since approval was asked for, so a test would "
        "not show what was frozen. Take the request back, and ask again."
    ),
    SendTestError.ADDRESS_UNCONFIRMED: _(
        "We send a test only to an address whose owner has answered us. Sign out, press "
        "“Forgotten password”, and follow the link that we send you."
    ),
    SendTestError.OBJECTED: _(
        "The owner of this address objected to all messages, so it gets no test."
    ),
    SendTestError.TOO_MANY: _(
        "This mailbox got %(count)s tests today: this is the limit. The preview shows the same."
    ),
    SendTestError.SENT_TOO_MANY: _(
        "You sent %(sent)s tests today: this is the limit. The preview shows the same."
    ),
    SendTestError.NOT_A_READER: _("This account may not read the campaigns of this list."),
}
SENDER_FAULTS: dict[SenderFault, LazyString] = {
    SenderFault.NAME_LIKE_ADDRESS: _(
        "The name may not look like an address: mail programs treat that as fraud. Write the name "
        "of a person or of the party."
    ),
    SenderFault.NAME_UNREADABLE: _(
        "The name needs letters, and no characters that mail programs hide. Type it again."
    ),
    SenderFault.REPLY_INVALID: _(
        "This isn’t an address. Write one alone, without a name, as in lyon@party.example."
    ),
    SenderFault.REPLY_UNREAD: _(
        "This address says that nobody reads it. Readers must be able to answer: give one that "
        "somebody reads."
    ),
}
PICTURE_FAULTS: dict[PictureFault, LazyString] = {
    PictureFault.EMPTY: _("The file is empty. Choose another one."),
    PictureFault.TOO_HEAVY: _(
        "The file has more than 12 MB. Make the picture smaller: 1,200 pixels of width are enough."
    ),
    PictureFault.TOO_MANY_PIXELS: _(
        "The picture has too many pixels: a JPEG may have 50 million, another file or a "
        "progressive JPEG 16 million. Make it smaller: 1,200 pixels of width are enough."
    ),
    PictureFault.NOT_A_PICTURE: _(
        "We don’t recognise a picture in this file. Choose a JPEG, PNG, WebP or GIF file."
    ),
    PictureFault.DRAWING: _(
        "This is an SVG drawing: mail programs don’t show it. Save it as a PNG, and upload that."
    ),
    PictureFault.HEIF: _(
        "This is a HEIC photo: mail programs don’t show it. Save it as a JPEG, and upload that."
    ),
    PictureFault.MOVES: _(
        "This picture moves: many mail programs show only its beginning, and movement disturbs "
        "readers. Save one image of it, and upload that."
    ),
    PictureFault.BROKEN: _(
        "The picture is damaged or incomplete. Open it on your computer, save it again, and upload "
        "that."
    ),
}
REFUSED_DELETIONS: dict[DeletePictureError, LazyString] = {
    DeletePictureError.USED: _(
        "A campaign, a template, a form or the look of emails uses this picture, so it can’t be "
        "deleted. Readers of sent emails still load it."
    ),
}
READY_TEMPLATES: dict[ReadyTemplate, LazyString] = {
    ReadyTemplate.MONTHLY: _("Monthly news"),
    ReadyTemplate.MEETING: _("Invitation to a meeting"),
    ReadyTemplate.VOLUNTEERS: _("Call for volunteers"),
    ReadyTemplate.VOTE: _("Result of a vote"),
    ReadyTemplate.SHORT: _("Two urgent lines"),
}
READY_TEMPLATE_MEANINGS: dict[ReadyTemplate, LazyString] = {
    ReadyTemplate.MONTHLY: _("Three results, the next date, and one thing to do."),
    ReadyTemplate.MEETING: _("Why, when and where, what happens, and who helps people to come."),
    ReadyTemplate.VOLUNTEERS: _("The task, the place, the time, and the people who come along."),
    ReadyTemplate.VOTE: _("The figures, what they change, and your reasons."),
    ReadyTemplate.SHORT: _("The news, your request, and a button."),
}
REFUSED_TEAM_TEXTS: dict[TeamTextError, LazyString] = {
    TeamTextError.NAME_TAKEN: _(
        "There is one of this name already. Choose another name, or delete that one first."
    ),
    TeamTextError.TOO_MANY: _("The team has 200 of them: this is the limit. Delete some first."),
}
FACE_ERRORS: dict[FaceError, LazyString] = {
    FaceError.UNREADABLE: _("The words can’t be read on the main colour. Choose others."),
    FaceError.PICTURE_UNKNOWN: _("This picture is gone from the library. Choose another one."),
    FaceError.LINK_REFUSED: _("An address of a network isn’t complete. Correct it."),
}
REFUSED_ISSUES: dict[PublishError, LazyString] = {
    PublishError.NOT_SENT: _("Only a campaign that was sent to the end can go on the site."),
    PublishError.LIST_NOT_OPEN: _(
        "The list is not open, so it has no archive. Open the list first."
    ),
    PublishError.ALTERED: _(
        "The stored text isn’t the one that was sent, so nobody may see it. Tell the operator."
    ),
    PublishError.NO_BLOCKS: _("This text has too much markup to become a page."),
    PublishError.PERSONAL_LINK: _(
        "The text has a link that belongs to one person, such as one to unsubscribe or to a "
        "sign-up page with an address filled in. Everybody could use it, so this email stays off "
        "the site."
    ),
}
