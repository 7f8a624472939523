"""Labels of campaigns and of their deliveries, and the faults of a draft."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.campaigns.merge_fields import FaultKind
from supporters.campaigns.models import CampaignStatus
from supporters.delivery.previews import RefusedTest
from supporters.delivery.rules import DeliveryStatus, WhySkipped
from supporters.web.labels.tones import Tone

CAMPAIGN_STATUSES: dict[CampaignStatus, LazyString] = {
    CampaignStatus.DRAFT: _("Draft"),
    CampaignStatus.RUNNING: _("Being sent"),
    CampaignStatus.PAUSED: _("Paused"),
    CampaignStatus.SENT: _("Sent"),
    CampaignStatus.CANCELLED: _("Cancelled"),
}
CAMPAIGN_STATUS_TONES: dict[CampaignStatus, Tone] = {
    CampaignStatus.DRAFT: Tone.QUIET,
    CampaignStatus.RUNNING: Tone.LIVE,
    CampaignStatus.PAUSED: Tone.WARN,
    CampaignStatus.SENT: Tone.GOOD,
    CampaignStatus.CANCELLED: Tone.BAD,
}
DELIVERY_STATUSES: dict[DeliveryStatus, LazyString] = {
    DeliveryStatus.QUEUED: _("Waiting"),
    DeliveryStatus.ACCEPTED: _("Accepted by the mail server"),
    DeliveryStatus.DEFERRED: _("To be tried again"),
    DeliveryStatus.REFUSED: _("Refused by the mail server"),
    DeliveryStatus.SKIPPED: _("Not sent"),
    DeliveryStatus.UNCERTAIN: _("Uncertain"),
}
DELIVERY_STATUS_TONES: dict[DeliveryStatus, Tone] = {
    DeliveryStatus.QUEUED: Tone.QUIET,
    DeliveryStatus.ACCEPTED: Tone.GOOD,
    DeliveryStatus.DEFERRED: Tone.WARN,
    DeliveryStatus.REFUSED: Tone.BAD,
    DeliveryStatus.SKIPPED: Tone.QUIET,
    DeliveryStatus.UNCERTAIN: Tone.WARN,
}
WHY_SKIPPED: dict[WhySkipped, LazyString] = {
    WhySkipped.CANCELLED: _("Not sent: we cancelled this campaign"),
    WhySkipped.UNSUBSCRIBED: _("Not sent: had unsubscribed"),
    WhySkipped.PAUSED: _("Not sent: had paused their messages"),
    WhySkipped.RESTRICTED: _("Not sent: their data was restricted"),
    WhySkipped.OBJECTED: _("Not sent: wants no more messages"),
    WhySkipped.ERASED: _("Not sent: was erased"),
    WhySkipped.LEFT: _("Not sent: had left or paused"),
}
# An erased person has no page: `ERASED` is there so that every cause has words.
WHY_SKIPPED_ON_MY_DATA: dict[WhySkipped, LazyString] = {
    WhySkipped.CANCELLED: _("Not sent: we cancelled this campaign"),
    WhySkipped.UNSUBSCRIBED: _("Not sent: you had unsubscribed"),
    WhySkipped.PAUSED: _("Not sent: you had paused our messages"),
    WhySkipped.RESTRICTED: _("Not sent: your data was restricted"),
    WhySkipped.OBJECTED: _("Not sent: you asked for no more messages"),
    WhySkipped.ERASED: _("Not sent"),
    WhySkipped.LEFT: _("Not sent: you had left or paused"),
}
DRAFT_FAULTS: dict[FaultKind, LazyString] = {
    FaultKind.UNKNOWN_FIELD: _("There is no field %(words)s. There are: %(fields)s."),
    FaultKind.FALLBACK_MISSING: _(
        "Say what stands in where somebody gave no name, as in {{ given_name | friend }}:"
    ),
    FaultKind.FALLBACK_TOO_LONG: _("The words behind the bar are too long (at most 80):"),
    FaultKind.BRACES_UNBALANCED: _("Double braces belong in pairs around a field. Check:"),
    FaultKind.PRIVATE_CHARACTER: _("The text has characters that can’t be sent. Type it again."),
    FaultKind.SUBJECT_POSES_AS_REPLY: _(
        "A subject may not pose as an answer or a forwarded message. Take this away:"
    ),
    FaultKind.LINK_WITHOUT_SCHEME: _("A link must be whole and begin with https://. Mend:"),
    FaultKind.LINK_TEXT_VAGUE: _("Say in the link’s words where it leads, instead of:"),
    FaultKind.IMAGE_FROM_ELSEWHERE: _(
        "A message can’t have images for now: the site that an image comes from would learn who "
        "opens the message, and when. Link to the page that shows it, and take away:"
    ),
    FaultKind.NESTED_TOO_DEEP: _(
        "A list or a quotation stands inside too many others: it and the text after it would be "
        "left out. Use fewer levels here:"
    ),
    FaultKind.LINK_IS_PERSONAL: _(
        "The address of a link can’t have a field in it: it would tell who followed it. "
        "Take the field out of:"
    ),
    FaultKind.NOTHING_TO_READ: _("Write the message."),
}
REFUSED_TESTS: dict[RefusedTest, LazyString] = {
    RefusedTest.ADDRESS_UNPROVED: _(
        "No test goes to an address before somebody has answered from it. Sign out, press “I "
        "forgot my password”, and follow the link that we send you."
    ),
    RefusedTest.OBJECTED: _("This address asked never to be written to, so it gets no test."),
    RefusedTest.TOO_MANY: _(
        "You sent yourself %(count)s tests today: that is the most. The preview shows the same."
    ),
}
