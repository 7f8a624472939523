"""The made-up party of the drill: its people, its campaign, and the links of its emails."""

import dataclasses
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from supporters import clock, create_app
from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign
from supporters.config import load_settings
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db
from supporters.extensions import current_tokens
from supporters.logs import log_warnings_only
from supporters.networks import network_of
from supporters.sign_in.second_factors import HAS_SECOND_FACTOR
from supporters.sign_in.session_cookies import SECRET
from supporters.sign_in.sign_in_sessions import SignInDevice, begin_session
from tests.factories.accounts import make_owner
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.faults.installation import BODY
from tests.faults.ledger import Ledger
from tests.faults.synthetic_people import add_people
from tests.test_config import PRODUCTION

OWNER = "owner@parti.example"
LIST = "national"
LEAVERS = 60  # at the end of the audience, so that they leave before their turn


def party_settings(mail_port: int, rate: int) -> dict[str, str]:
    """Return the settings that all machines have, but for the database."""
    ours = {
        **PRODUCTION,
        "SECRET_KEYS": secrets.token_urlsafe(48),
        "HOSTING": "H, Brest",
        "PUBLICATION_DIRECTOR": "Ada Martin",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "MAIL_TLS": "none",
        "SEND_RATE": str(rate),
        "SIGNUP_RATE": "0",
        "SMTP_CONNECTIONS": "2",
        "GRACE_SECONDS": "0",
        "LINK_CHECK": "off",
    }
    return {f"SUPPORTERS_{name}": value for name, value in ours.items()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Party:
    """The facts about the party that the drill knows: the database may forget them.

    `people`: the ids, by address. `ways_out`: paths of one-click links, by address. `cookie`: of
    an owner's session.
    """

    campaign: int
    people: Mapping[str, int]
    ways_out: Mapping[str, str]
    cookie: str


def make_party(settings: Mapping[str, str], people: int) -> Party:
    """Make so many people, each with a consent of their own, and launch a campaign to them."""
    with _application(settings) as app:
        owner = make_owner(OWNER)
        mailing_list = make_list(LIST)
        add_people(mailing_list, (f"p{number}@{LIST}.example" for number in range(people)))
        list_id = mailing_list.id
        launched = launch_ready(make_campaign(mailing_list, "Des nouvelles", BODY).id)
        assert isinstance(launched, Campaign), launched
        ledger = Ledger(str(app.extensions["settings"].database_url), str)
        known = {address: person for person, address in ledger.list_people(launched.id)}
        ledger.close()
        last = [*known.items()][-LEAVERS:]
        sign = current_tokens().sign
        ways_out = {
            address: f"/leave/{sign(TokenPurpose.UNSUBSCRIBE, [person, list_id, launched.id])}"
            for address, person in last
        }
        cookie = _sign_in(app, owner)
        return Party(campaign=launched.id, people=known, ways_out=ways_out, cookie=cookie)


@contextmanager
def _application(settings: Mapping[str, str]) -> Iterator[Flask]:
    """Work beside the machines, in the database of one of them."""
    app = create_app(load_settings(settings))
    log_warnings_only()
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _sign_in(app: Flask, owner: Organiser) -> str:
    """Return the cookie of a browser whose owner has proved two factors."""
    device = SignInDevice(network_of("127.0.0.1"), "", ["password"])
    values = {SECRET: begin_session(owner, device, clock.now()), HAS_SECOND_FACTOR: True}
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(values)}"


def write_relay_log(path: Path, lines: Iterator[tuple[str, str]]) -> None:
    """Write the log of the relay as Postfix does: two lines for each accepted message."""
    with path.open("w") as log:
        for number, (moment, message_id) in enumerate(lines):
            queued = f"4Y{number:X}"
            log.write(f"{moment} relay postfix/cleanup[9]: {queued}: message-id=<{message_id}>\n")
            log.write(f"{moment} relay postfix/qmgr[8]: {queued}: from=<lettre@parti.example>\n")
