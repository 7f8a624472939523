"""Names the actor of each request: a visitor with a network, and in the console also an account."""

from dataclasses import replace

from flask import Flask, g
from flask_login import current_user

from supporters.actors import Actor, ActorKind, become, become_again, current_actor
from supporters.web.form_servers import find_visitor


def init_app(app: Flask) -> None:
    """Set the actor of each request."""
    app.before_request(_begin_as_visitor)
    app.teardown_request(_end)


def _begin_as_visitor() -> None:
    _act_as(Actor(ActorKind.VISITOR, address=find_visitor()))


def act_as_account() -> None:
    """Make the signed-in account the actor of the rest of this request."""
    _act_as(Actor(ActorKind.ACCOUNT, account_id=current_user.id, address=find_visitor()))


def act_as_proved() -> None:
    """Note for the rest of this request that the visitor's browser has sent a proof of work."""
    _act_as(replace(current_actor(), has_worked=True))


def _act_as(actor: Actor) -> None:
    g.setdefault("actor_before", become(actor))


def _end(_error: BaseException | None) -> None:
    if "actor_before" in g:
        become_again(g.pop("actor_before"))
