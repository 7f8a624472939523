"""Labels of doubts about a draft: what its writer should look at again."""

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from supporters.campaigns.content_doubts import DoubtKind
from supporters.campaigns.links.models import LinkOutcome

DRAFT_DOUBTS: dict[DoubtKind, LazyString] = {
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
LINK_OUTCOMES: dict[LinkOutcome, LazyString] = {
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
