"""Tells an act of the audit log in a sentence, as text or with links."""

import json
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import format_decimal, gettext
from markupsafe import Markup

from supporters.accounts.models import RoleName
from supporters.actors import ActorKind
from supporters.audit_log.audit_events import AuditEvent, declared_acts
from supporters.evidence.acted_objects import ObjectKey, group_of
from supporters.retention.rules import Category
from supporters.web.console.console_blueprint import may_open
from supporters.web.labels import label
from supporters.web.labels.audit_labels import OBJECTS, OTHER_ACT

PAGES: dict[str, tuple[str, str]] = {
    "list": ("console.show_list", "list_id"),
    "form": ("console.show_signup_form", "form_id"),
    "campaign": ("console.show_campaign", "campaign_id"),
    "picture": ("console.show_picture", "picture_id"),
    "template": ("console.show_team_text", "text_id"),
    "piece": ("console.show_team_text", "text_id"),
    "purpose": ("console.show_purpose", "purpose_id"),
    "import": ("console.show_import", "import_id"),
    "person": ("console.person", "subscriber_id"),
    "case": ("console.show_case", "case_id"),
    "breach": ("console.show_breach", "breach_id"),
}
LABELLED: dict[str, type[RoleName | Category]] = {
    "role": RoleName,
    "right": RoleName,
    "before": RoleName,
    "after": RoleName,
    "category": Category,
}
CODE_DIGITS = 4
TITLED = {"list", "question", "form", "campaign", "breach", "template", "piece"}


class _Values(dict[str, Any]):
    """The values of a sentence; a detail that an event lacks is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


class ActedSentence:
    """The sentence of an event. `known` has the objects that still exist, with their names."""

    def __init__(self, event: AuditEvent, known: Mapping[ObjectKey, str]) -> None:
        self._event = event
        self._known = known
        self.group = group_of(event.act)
        act = declared_acts().get(event.act)
        self._sentence = str(OTHER_ACT if act is None else act.sentence)

    @property
    def actor(self) -> str:
        """The name of the actor: an address, the user of a shell, or a network."""
        event = self._event
        match event.actor_kind:
            case ActorKind.ACCOUNT if event.account_id is not None:
                number = event.account_id
                return self._known.get(("account", number)) or _name_by("account", number)
            case ActorKind.COMMAND:
                return str(gettext("The shell user %(name)s", name=event.actor_name or "–"))
            case ActorKind.VISITOR:
                return str(gettext("A visitor"))
            case _:
                return str(gettext("The worker"))

    def as_text(self) -> str:
        """Return the sentence as text."""
        return self._sentence % self._values(self._object)

    def as_html(self) -> Markup:
        """Return the sentence with a link to its object, if this account may open it."""
        values = self._values(self._link() or Markup("<strong>%s</strong>") % self._object)
        return Markup(self._sentence) % values  # noqa: S704 - a text of ours; values are escaped

    def _values(self, named: str) -> _Values:
        details: dict[str, Any] = json.loads(self._event.details)
        values = {name: _word(name, value) for name, value in details.items()}
        return _Values({**values, "actor": self.actor, "object": named, "act": self._event.act})

    @property
    def _object(self) -> str:
        """The name of the object; its number if it has no name or was deleted."""
        number = self._event.object_id
        if number is None:
            return ""
        key = (self.group, number)
        if name := self._known.get(key):
            is_title = self.group in TITLED
            return str(gettext("“%(name)s”", name=name)) if is_title else name
        named = _name_by(self.group, number)
        if key in self._known or self.group not in OBJECTS:
            return named
        return str(gettext("%(name)s, deleted since", name=named))

    def _link(self) -> Markup | None:
        endpoint, argument = PAGES.get(self.group, ("", ""))
        key = (self.group, self._event.object_id)
        if key not in self._known or not may_open(endpoint):
            return None
        place: dict[str, Any] = {argument: self._event.object_id}
        url = url_for(endpoint, **place)
        return Markup('<a href="%s">%s</a>') % (url, self._object)


def network_code(network_mac: bytes | None) -> str:
    """Return a short code of a network: events with the same code are from the same network."""
    return "" if network_mac is None else network_mac.hex()[:CODE_DIGITS]


def _name_by(group: str, number: int) -> str:
    words = OBJECTS.get(group)
    return str(words) % {"number": number} if words is not None else str(number)


def _word(name: str, value: object) -> str:
    """Return a detail in the language of the page."""
    enum = LABELLED.get(name)
    if enum is not None and value in [*enum]:
        return label(enum(str(value)))
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(format_decimal(value)) if is_number else str(value)
