"""Records the requests to the console that were refused: 403, 429, and forms that had expired."""

from flask import Response, g, request

from supporters.sign_in.acts import SignInAct
from supporters.sign_in.refused_requests import record_refusal
from supporters.web.console.console_blueprint import console, is_signed_in
from supporters.web.request_actor import act_as_account

ACT_OF_STATUS = {403: SignInAct.ACCESS_FORBIDDEN, 429: SignInAct.ACCESS_LIMITED}


@console.after_app_request
def record_refused_request(response: Response) -> Response:
    """Record a refused request of the console. A public page has nobody to hold to account."""
    act = SignInAct.ACCESS_FORM_REFUSED if g.get("is_form_refused") else None
    act = act or ACT_OF_STATUS.get(response.status_code)
    if act is not None and request.path.startswith(f"{console.url_prefix}/"):
        if is_signed_in():
            act_as_account()
        record_refusal(act, {"page": request.endpoint})
    return response
