"""Why a planned campaign is held at its hour, with the words of the page and of the email."""

from datetime import datetime

from flask_babel import lazy_gettext as _

from supporters.accounts.models import Organiser, RoleName
from supporters.accounts.queries import find_organiser, list_active_organisers
from supporters.campaigns.models import Campaign
from supporters.database import in_transaction
from supporters.delivery.problems import details_of
from supporters.lists.list_clocks import zone_of
from supporters.lists.queries import get_list
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, only, put_notice
from supporters.text.local_dates import clock_of, date_in, time_in

SUBJECT = _("Not sent: %(subject)s")
HELD = _(
    "The campaign “%(subject)s” was planned for %(when)s. It is held, and nobody was written to."
)
TO_DO = _("Choose another hour, launch it yourself, or remove its hour. Nothing leaves before.")
AFTER_THAT = _("After that, choose another hour, or launch it. Nothing leaves before.")
BUTTON = _("Open the campaign")


class ScheduleHold(Notice):
    """Why a campaign didn't leave at its hour. The second paragraph says it in words."""

    LATE = (
        *("hold_late", SUBJECT, HELD),
        _(
            "Nothing could send it at that time: no worker ran, or all sending was stopped. More "
            "time has passed since than your party allows."
        ),
        *(TO_DO, BUTTON),
    )
    CONSENT_REPLACED = (
        *("hold_consent_replaced", SUBJECT, HELD),
        _(
            "The consent text of its list was replaced after its hour was chosen. It would reach "
            "those who agreed to the earlier text only."
        ),
        *(TO_DO, BUTTON),
    )
    LANGUAGE_GONE = (
        *("hold_language_gone", SUBJECT, HELD),
        _(
            "The site doesn’t offer its language any more. Make it a draft again and take the text "
            "in that language out, or ask the operator to offer it again."
        ),
        *(AFTER_THAT, BUTTON),
    )
    PERSON_GONE = (
        *("hold_person_gone", SUBJECT, HELD),
        _("The account that chose the hour may not launch campaigns of this list any more."),
        *(TO_DO, BUTTON),
    )
    APPROVER_GONE = (
        *("hold_approver_gone", SUBJECT, HELD),
        _(
            "The account that approved it can’t approve it any more. Make it a draft again, and "
            "ask somebody else."
        ),
        *(AFTER_THAT, BUTTON),
    )
    NOT_APPROVED = (
        *("hold_not_approved", SUBJECT, HELD),
        _(
            "It reaches more people now than one person may write to alone. Remove its hour, "
            "and ask for an approval."
        ),
        *(AFTER_THAT, BUTTON),
    )
    UNTESTED = (
        *("hold_untested", SUBJECT, HELD),
        _("No test of exactly this message is recorded any more. Send one to yourself."),
        *(AFTER_THAT, BUTTON),
    )
    TOO_HEAVY = (
        *("hold_too_heavy", SUBJECT, HELD),
        _("Gmail would cut off its end, with the link to unsubscribe. Shorten it."),
        *(AFTER_THAT, BUTTON),
    )
    SILENCE = (
        *("hold_silence", SUBJECT, HELD),
        _(
            "A ballot was entered after its hour was chosen, and there is electoral silence for "
            "its list now. Its page says until when."
        ),
        *(AFTER_THAT, BUTTON),
    )
    SETUP_FAULTY = (
        *("hold_setup_faulty", SUBJECT, HELD),
        _(
            "The delivery set-up has a fault, so that providers would refuse our emails. An owner "
            "finds it in the console, under Campaigns, Settings, Delivery set-up."
        ),
        *(AFTER_THAT, BUTTON),
    )
    NOBODY = (
        *("hold_nobody", SUBJECT, HELD),
        _("Nobody on its list may be written to at present."),
        *(TO_DO, BUTTON),
    )
    WAVE_TOO_LARGE = (
        *("hold_wave_too_large", SUBJECT, HELD),
        _("Its list has no more people now than its first wave. Launch it yourself with another."),
        *(TO_DO, BUTTON),
    )
    VERSION_ALTERED = (
        *("hold_version_altered", SUBJECT, HELD),
        _(
            "The message in the database isn’t the one that was approved. Somebody changed it past "
            "the console. Tell the operator and the data protection officer at once."
        ),
        *(AFTER_THAT, BUTTON),
    )
    LOG_ALTERED = (
        *("hold_log_altered", SUBJECT, HELD),
        _(
            "The log shows that a withdrawal was removed from the database. Tell the operator and "
            "the data protection officer at once."
        ),
        *(AFTER_THAT, BUTTON),
    )


def find_hold_of(campaign: Campaign) -> ScheduleHold | None:
    """Return why a planned campaign is held; None if it isn't."""
    why = details_of(campaign.problem or "")
    return next((hold for hold in ScheduleHold if hold.value == why), None)


@in_transaction
def announce_hold(hold: ScheduleHold, campaign: Campaign, planned_at: datetime) -> None:
    """Tell the person who chose the hour, and the owners, in their languages."""
    url = link_to("console.show_campaign", campaign_id=campaign.id)
    for account in _list_concerned(campaign):
        when = describe_hour(campaign, planned_at, account.language)
        put_notice(hold, only([account]), {"subject": campaign.title, "when": when}, url=url)


def describe_hour(campaign: Campaign, moment: datetime, language: str) -> str:
    """Return a moment on the clock of a campaign's list, in a language, with the clock's name."""
    zone = zone_of(get_list(campaign.mailing_list_id))
    local = moment.astimezone(zone)
    clock = clock_of(zone.key, language)
    return f"{date_in(local, language, 'full')}, {time_in(local, language)} ({clock})"


def _list_concerned(campaign: Campaign) -> list[Organiser]:
    owners = list_active_organisers(RoleName.OWNER)
    by_id = campaign.scheduled_by
    person = None if by_id is None else find_organiser(by_id)
    is_to_tell = person is not None and person.active and person not in owners
    return [*owners, *([person] if person and is_to_tell else [])]
