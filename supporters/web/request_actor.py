"""Names the actor of each request: a visitor with a network, and in the console also an account."""

from contextlib import ExitStack
from dataclasses import replace

from flask import Flask, g
from flask_login import current_user

from supporters.actors import Actor, ActorKind, acting_as, current_actor
from supporters.web.form_servers import find_visitor_network


def init_app(app: Flask) -> None:
    """Set the actor of each request."""
    app.before_request(_begin_as_visitor)
    app.teardown_request(_end)


def _begin_as_visitor() -> None:
    _act_as(Actor(ActorKind.VISITOR, network=find_visitor_network()))


def act_as_account() -> None:
    """Make the signed-in account the actor of the rest of this request."""
    _act_as(Actor(ActorKind.ACCOUNT, account_id=current_user.id, network=find_visitor_network()))


def act_as_proved() -> None:
    """Note for the rest of this request that the visitor's browser has sent a proof of work."""
    _act_as(replace(current_actor(), has_worked=True))


def _act_as(actor: Actor) -> None:
    if "actors" not in g:
        g.actors = ExitStack()
    g.actors.enter_context(acting_as(actor))


def _end(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("actors", None)
    if stack is not None:
        stack.close()
