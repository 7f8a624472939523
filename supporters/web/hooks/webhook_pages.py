"""The webhook of the provider: it takes what became of our emails, for programs only.

It answers within two seconds. Each request is signed or signed in; nothing else of it is trusted,
and each event must name an email of ours. A request that can't be applied now is refused so that
the provider sends it again, and an event acts once. The log gets no address.

Brevo discards a request for any 4xx or 5xx but 429 (developers.brevo.com/docs/retry-mechanism),
Amazon SNS for any 4xx (its guide: message delivery retries), Mailjet only after a day.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from ipaddress import ip_address

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from supporters import clock
from supporters.extensions import csrf, current_settings
from supporters.feedback.intake.apply_report import apply_reports
from supporters.feedback.intake.sent_messages import LEAVING
from supporters.feedback.models import Source
from supporters.feedback.providers import brevo, mailjet, ses
from supporters.feedback.providers.webhook_events import (
    NotSigned,
    ProviderUnreachable,
    UnknownEvent,
)
from supporters.feedback.reports.report import Report
from supporters.limits.count_store import RequestLimit, current_counts
from supporters.logs import log_problem
from supporters.settings.provider_settings import BREVO, MAILJET, SES, ProviderSettings

READERS: Mapping[str, Callable[[Mapping[str, str], bytes, ProviderSettings], list[Report]]] = {
    BREVO: brevo.read_events,
    MAILJET: mailjet.read_events,
    SES: ses.read_events,
}
COME_AGAIN = {BREVO: HTTPStatus.TOO_MANY_REQUESTS}
MOST_OCTETS = {BREVO: 4 * 1024 * 1024}  # a batch has 500 events; others as for all pages
MOST_IN_A_MINUTE = 12_000
AT_ONCE = 100  # bounces: a quarter of a second's work
LONGEST = 1.2  # seconds
RETRY_AFTER = "60"
hooks = Blueprint("hooks", __name__)


@hooks.post("/hooks/<service>")
@csrf.exempt  # no browser sends it, and no cookie counts
def take_events(service: str) -> ResponseReturnValue:
    """Apply the events of a provider."""
    settings = current_settings().provider
    request.max_content_length = MOST_OCTETS.get(service)
    if service != settings.name or not settings.has_webhook:
        return _say(HTTPStatus.NOT_FOUND)
    if not _is_from_networks(settings):
        return _refuse(service, HTTPStatus.FORBIDDEN)
    try:
        reports = READERS[service](dict(request.headers), request.get_data(), settings)
    except NotSigned:
        return _refuse(service, _refusal_of(service))
    except ProviderUnreachable:
        return _say(HTTPStatus.SERVICE_UNAVAILABLE)
    return _say(_apply(Source(service), reports))


@hooks.after_request
def ask_again(response: Response) -> Response:
    """Ask for the events again in the provider's own way, whatever is wrong on our side."""
    if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return response
    service = (request.view_args or {})["service"]
    return _say(COME_AGAIN.get(service, HTTPStatus.SERVICE_UNAVAILABLE))


def _is_from_networks(settings: ProviderSettings) -> bool:
    """Tell whether a request comes from where the provider sends, if that is set."""
    if not settings.networks:
        return True
    try:
        sender = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    sender = getattr(sender, "ipv4_mapped", None) or sender
    return any(sender in each for each in settings.networks)


def _refusal_of(provider: str) -> HTTPStatus:
    """Return the status of a wrong proof. A sign-in is asked for: some send it only then."""
    return HTTPStatus.FORBIDDEN if provider == SES else HTTPStatus.UNAUTHORIZED


def _refuse(provider: str, status: HTTPStatus) -> Response:
    log_problem("webhook.refused", str(int(status)), provider=provider)
    return _say(status)


def _apply(source: Source, reports: Sequence[Report]) -> HTTPStatus:
    """Apply reports, of those who leave first; what is left after a while comes again with all."""
    limit = RequestLimit("webhook", source.value, MOST_IN_A_MINUTE)
    if current_counts().take([limit], clock.now()):
        return HTTPStatus.SERVICE_UNAVAILABLE
    ends_at = time.monotonic() + LONGEST
    reports = sorted(reports, key=lambda each: each.kind not in LEAVING)
    for start in range(0, len(reports), AT_ONCE):
        if time.monotonic() > ends_at:
            return HTTPStatus.SERVICE_UNAVAILABLE
        chunk = [(each, _raw_of(each)) for each in reports[start : start + AT_ONCE]]
        apply_reports(chunk, source, clock.now())
    return HTTPStatus.OK


def _raw_of(report: Report) -> bytes | None:
    return report.raw if isinstance(report, UnknownEvent) else None


def _say(status: HTTPStatus) -> Response:
    response = Response(f"{status.phrase}\n", status, mimetype="text/plain")
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response.headers["Retry-After"] = RETRY_AFTER
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="webhook", charset="UTF-8"'
    return response
