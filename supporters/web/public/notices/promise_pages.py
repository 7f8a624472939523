"""The page "What we never do": each promise with live figures, as HTML and JSON (REQ-143)."""

import json
from datetime import datetime

from flask import abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from supporters.accountability.compliance_checks import CheckResult, ComplianceCheck, run_check
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import limit_lookups

CACHE_SECONDS = 60


@public.get(f"/{LANGUAGE}/never")
def never() -> str:
    """Show each promise and the result of its check."""
    limit_lookups("never")
    checks = [run_check(promise) for promise in ComplianceCheck]
    figures = {check.promise: json.dumps(_describe(check), indent=2) for check in checks}
    return render_template("public/notices/never.html", checks=checks, figures_as_json=figures)


@public.get("/never/<promise>.json")
def never_check(promise: str) -> ResponseReturnValue:
    """Return the figures of the check of a promise."""
    limit_lookups("never")
    try:
        check = run_check(ComplianceCheck(promise))
    except ValueError:
        abort(404)
    answer = jsonify(_describe(check))
    answer.cache_control.public = True
    answer.cache_control.max_age = CACHE_SECONDS
    return answer


def _describe(check: CheckResult) -> dict[str, object]:
    figures = {
        name: figure.isoformat() if isinstance(figure, datetime) else figure
        for name, figure in check.figures.items()
    }
    return {
        "promise": check.promise.value,
        "holds": check.holds,
        "checked_at": check.checked_at.isoformat(),
        "figures": figures,
        "page": url_for("public.never", lang_code="en", _anchor=check.promise.value),
    }
