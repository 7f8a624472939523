"""Delivery health: what arrives, by mailbox provider, campaign and list."""

from flask import render_template, request

from supporters import clock
from supporters.delivery.health.domain_counts import COUNTED_DOMAINS, OTHERS
from supporters.delivery.health.health_figures import SPANS, find_delivery_health
from supporters.web.console.console_blueprint import for_owners_and_dpo


@for_owners_and_dpo.get("/delivery-health")
def delivery_health() -> str:
    """Show what arrived and what came back in the last 30 days, or 7, also of one provider."""
    asked, domain = request.args.get("days", type=int), request.args.get("provider")
    days = asked if asked in SPANS else SPANS[-1]
    known = domain if domain in {*COUNTED_DOMAINS, OTHERS} else None
    health = find_delivery_health(clock.now(), days, known)
    return render_template("console/health/delivery_health.html", health=health, spans=SPANS)
