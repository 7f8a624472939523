"""Delivery health: what arrives, by mailbox provider, campaign and list."""

from flask import render_template

from supporters import clock
from supporters.delivery.health.health_figures import find_delivery_health
from supporters.web.console.console_blueprint import for_owners_and_dpo


@for_owners_and_dpo.get("/delivery-health")
def delivery_health() -> str:
    """Show what arrived and what came back in the last 30 days."""
    return render_template(
        "console/health/delivery_health.html", health=find_delivery_health(clock.now())
    )
