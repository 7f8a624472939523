"""The words of the pace of sending: providers, warm-up plans, why a ceiling was lowered."""

from flask_babel import lazy_gettext as _

from supporters.delivery.pace.ceilings import CeilingFault
from supporters.delivery.pace.models import LoweringReason
from supporters.delivery.pace.warm_up_plans import WarmUpPlan
from supporters.people.domain_groups import DomainGroup
from supporters.web.labels.word_tables import Meanings, Names

PROVIDERS: Names[DomainGroup] = {
    DomainGroup.EVERYBODY: _("All providers together"),
    DomainGroup.ORANGE: _("Orange"),
    DomainGroup.FREE: _("Free"),
    DomainGroup.SFR: _("SFR"),
    DomainGroup.LA_POSTE: _("La Poste"),
    DomainGroup.BOUYGUES: _("Bbox"),
    DomainGroup.GOOGLE: _("Gmail"),
    DomainGroup.MICROSOFT: _("Outlook and Hotmail"),
    DomainGroup.YAHOO: _("Yahoo and AOL"),
    DomainGroup.APPLE: _("iCloud"),
    DomainGroup.PROTON: _("Proton"),
    DomainGroup.GMX: _("GMX and WEB.DE"),
    DomainGroup.T_ONLINE: _("T-Online"),
    DomainGroup.LIBERO: _("Libero"),
}
WARM_UP_PLANS: Names[WarmUpPlan] = {
    WarmUpPlan.CAREFUL: _("Careful: 30 days"),
    WarmUpPlan.MIDDLE: _("Middle: 21 days"),
    WarmUpPlan.FAST: _("Fast: 14 days"),
}
WHEN_TO_WARM_UP: Meanings[WarmUpPlan] = {
    WarmUpPlan.CAREFUL: _("For a new sender or a new relay address. The usual choice."),
    WarmUpPlan.MIDDLE: _("For people who joined lately and expect this email."),
    WarmUpPlan.FAST: _("Only if providers know the sender’s domain well already."),
}
CEILING_FAULTS: Names[CeilingFault] = {
    CeilingFault.OVER: _("This plan would be over already. Enter a later day."),
    CeilingFault.HOUR_ABOVE_DAY: _("The ceiling of an hour is above that of a day. Lower it."),
}
WHY_LOWERED: Names[LoweringReason] = {
    LoweringReason.RATE_LIMIT: _("the provider asks us to slow down"),
    LoweringReason.REFUSALS: _("the provider rejects too many messages"),
    LoweringReason.COMPLAINTS: _("too many people complain"),
}
