"""The page of what came back, with its effects and its ways: for owners and the officer."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from flask import render_template, request
from flask_babel import LazyString, lazy_gettext as _

from supporters.campaigns.queries import find_titles_of
from supporters.delivery_setup.relay_records import RelayProvider
from supporters.extensions import current_settings
from supporters.feedback.models import Effect, Source
from supporters.feedback.queries import list_arrivals
from supporters.mail.links import link_to
from supporters.settings.provider_settings import BREVO, MAILJET, SES, ProviderSettings
from supporters.web.console.console_blueprint import for_owners_and_dpo

SHOWN = 25
EFFECTS = [each for each in Effect if each is not Effect.REPEATED]  # those have no row
HIGHEST_ID = 2**63 - 1
PASSWORD = "PASSWORD"  # noqa: S105 - stands for it: no page shows ours
# As the providers' guides have it in 2026: help.brevo.com (outbound webhooks), dev.mailjet.com
# (Event API), docs.aws.amazon.com/ses (event publishing) and /sns (raw message delivery).
CHOICES: Mapping[str, LazyString] = {
    BREVO: _(
        "Under the name of your account, Integrations, Webhooks. Choose, of the transactional "
        "emails, hard bounce, soft bounce, deferred, invalid email, blocked, error, complaint and "
        "unsubscribed; leave out the others."
    ),
    MAILJET: _(
        "At app.mailjet.com/account/triggers. Choose bounce, blocked, spam and unsub, grouped; "
        "leave out sent, open and click."
    ),
    SES: _(
        "Subscribe it to your topic as HTTPS, without raw message delivery: the subscription "
        "confirms itself. Publish bounces, complaints, delays and rejects; leave out the others."
    ),
}
SECRETS: Mapping[str, str] = {
    BREVO: "SUPPORTERS_WEBHOOK_USER, SUPPORTERS_WEBHOOK_PASSWORD",
    MAILJET: "SUPPORTERS_WEBHOOK_USER, SUPPORTERS_WEBHOOK_PASSWORD",
    SES: "SUPPORTERS_SNS_TOPICS",
}


class Webhook(NamedTuple):
    """The webhook of the provider: the address to paste there, and what to choose."""

    url: str
    is_open: bool
    has_password: bool
    secrets: str
    choices: LazyString


@for_owners_and_dpo.get("/came-back")
def came_back() -> str:
    """Show what came back, newest first."""
    typed = _read_typed()
    chosen = _filter_of(typed)
    found = list_arrivals(**chosen, before=_read_before(), limit=SHOWN + 1)
    return render_template(
        "console/installation/came_back.html",
        rows=found[:SHOWN],
        titles=find_titles_of({each.campaign_id for each in found if each.campaign_id}),
        older=found[SHOWN - 1].id if len(found) > SHOWN else None,
        typed=typed,
        is_filtered=any(chosen.values()) or _read_before() is not None,
        sources=[*Source],
        effects=EFFECTS,
        **_describe_ways(),
    )


def _describe_ways() -> dict[str, object]:
    """Return how things come back here: the bounce address, and the webhook of the provider."""
    settings = current_settings()
    return {
        "bounce_address": settings.bounce_address,
        "is_read": settings.feedback is not None,
        "webhook": _describe_webhook(settings.provider),
        "tracker": RelayProvider(settings.provider.name) if settings.provider.may_track else None,
    }


def _read_typed() -> dict[str, str]:
    """Return the filters that were chosen, without empty ones."""
    values = ((name, request.args.get(name, "").strip()) for name in ("source", "effect", "day"))
    return {name: value for name, value in values if value}


def _filter_of(typed: Mapping[str, str]) -> dict[str, Any]:
    source, effect = typed.get("source", ""), typed.get("effect", "")
    try:
        day = date.fromisoformat(typed.get("day", ""))
    except ValueError:
        day = None
    return {
        "source": Source(source) if source in [*Source] else None,
        "effect": Effect(effect) if effect in [*Effect] else None,
        "day": day,
    }


def _read_before() -> int | None:
    number = request.args.get("before", type=int)
    return number if number is not None and 0 < number <= HIGHEST_ID else None


def _describe_webhook(provider: ProviderSettings) -> Webhook | None:
    """Return the webhook of a provider that has one."""
    if provider.name not in CHOICES:
        return None
    url = urlsplit(link_to("hooks.take_events", service=provider.name))
    if provider.passwords:
        signed_in = f"{quote(provider.user, safe='')}:{PASSWORD}@{url.netloc}"
        url = url._replace(netloc=signed_in)
    return Webhook(
        url=url.geturl(),
        is_open=provider.has_webhook,
        has_password=bool(provider.passwords),
        secrets=SECRETS[provider.name],
        choices=CHOICES[provider.name],
    )
