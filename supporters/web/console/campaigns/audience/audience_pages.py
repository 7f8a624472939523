"""Says how many people chosen lists reach, while a campaign is written."""

from flask import abort, jsonify, request
from flask.typing import ResponseReturnValue

from supporters.web.console.campaigns.audience.audiences import (
    count_chosen,
    list_audiences,
    read_audience,
    say_audience,
)
from supporters.web.console.console_blueprint import for_writers
from supporters.web.console.visibility import current_scope


@for_writers.get("/campaigns/audience")
def audience() -> ResponseReturnValue:
    """Return the number of people of the chosen lists, in words."""
    chosen = request.args.getlist("list")
    offered = {each.value for each in list_audiences(current_scope())}
    if not offered.issuperset(chosen):
        abort(404)
    return jsonify(words=say_audience(count_chosen([read_audience(each) for each in chosen])))
