"""The page "What we never do": each promise with live figures, as HTML and JSON (REQ-143)."""

from datetime import datetime

from flask import abort, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue

from supporters.evidence.compliance_checks import Check, Promise, check_promise
from supporters.web.public.public_blueprint import LANGUAGE, public
from supporters.web.public.rate_limits import slow_down

CACHE_SECONDS = 60


@public.get(f"/{LANGUAGE}/never")
def never() -> str:
    """Show each promise and the result of its check."""
    slow_down("never")
    checks = [check_promise(promise) for promise in Promise]
    return render_template("public/never.html", checks=checks)


@public.get("/never/<promise>.json")
def never_check(promise: str) -> ResponseReturnValue:
    """Return the figures of the check of a promise."""
    slow_down("never")
    try:
        check = check_promise(Promise(promise))
    except ValueError:
        abort(404)
    answer = jsonify(_describe(check))
    answer.cache_control.public = True
    answer.cache_control.max_age = CACHE_SECONDS
    return answer


def _describe(check: Check) -> dict[str, object]:
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
