"""Every way in: each route that takes a form, each command, each job, with its rule about people.

A new one needs a row here, or a test fails. The row says by which rule it makes nobody mailable.
All but those of the holder's own confirmation are then tried with the address of somebody who never
confirmed; a try must get through, so say what it needs:

- `at` is what stands in the route's address, and `with_` what its form sends beside what the page
  itself has in its hidden fields and texts; both may ask the scene (scenes.py) for it;
- `arguments` is what is typed behind a command, or handed to a job; `ends_with` is its status;
- routes are tried by an account that has every right, unless the row says `is_anonymous`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.architecture.scenes import STRANGER, Scene
from tests.builders import PASSWORD
from tests.rights.exporting.exports import REASON

Values = Callable[[Scene], Mapping[str, object]]


class Rule(StrEnum):
    """Why a way in makes nobody mailable but by their own act."""

    HOLDER = "the holder's confirmation: the only way in"
    ASKS = "asks: stores a request and writes to the mailbox, whose holder may confirm"
    KNOWN = "changes somebody who is known, and takes away only"
    NOBODY = "writes no person"
    SCHEMA = "changes or shows the tables, writes no row of people"
    RUNS = "runs until it is ended; what it does are jobs and routes with rows of their own"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way in: its rule, and what a try needs to get through."""

    rule: Rule
    at: Values = lambda _: {}
    with_: Values = lambda _: {}
    arguments: Callable[[Scene], Sequence[object]] = lambda _: ()
    is_anonymous: bool = False
    ends_with: int = 0


NOBODY, KNOWN = Way(rule=Rule.NOBODY), Way(rule=Rule.KNOWN)
PASSWORDS = {"password": PASSWORD, "password_confirm": PASSWORD}
DRAFT = {"mailing_list_id": "1", "language": "fr", "subject": "Bonjour", "body": STRANGER}


def _nobody(
    at: Values = lambda _: {}, *, with_: Values = lambda _: {}, arguments: Sequence[object] = ()
) -> Way:
    return Way(rule=Rule.NOBODY, at=at, with_=with_, arguments=lambda _: arguments)


ROUTES: dict[str, Way] = {
    "public.join": Way(rule=Rule.ASKS, with_=lambda _: {"is_15": "y", "given_name": "Eve"}),
    "public.check": Way(rule=Rule.HOLDER),
    "public.confirm_now": Way(rule=Rule.HOLDER),
    "public.not_me_now": Way(rule=Rule.NOBODY, at=lambda scene: {"token": scene.not_me_token()}),
    "public.leave": Way(rule=Rule.KNOWN, at=lambda scene: {"token": scene.leave_token()}),
    "public.subscriptions": Way(
        rule=Rule.KNOWN,
        at=lambda scene: {"token": scene.manage_token()},
        with_=lambda _: {"leave": "all"},
    ),
    "security.login": Way(
        rule=Rule.NOBODY, with_=lambda _: {"password": PASSWORD}, is_anonymous=True
    ),
    "security.logout": NOBODY,
    "security.verify": _nobody(with_=lambda _: {"password": PASSWORD}),
    "security.forgot_password": Way(rule=Rule.NOBODY, is_anonymous=True),
    "security.reset_password": Way(
        rule=Rule.NOBODY,
        at=lambda scene: {"token": scene.reset_token()},
        with_=lambda _: PASSWORDS,
        is_anonymous=True,
    ),
    "console.welcome": Way(
        rule=Rule.NOBODY,
        at=lambda scene: {"token": scene.welcome_token()},
        with_=lambda _: PASSWORDS,
        is_anonymous=True,
    ),
    "console.choose_language": _nobody(lambda _: {"code": "en"}),
    "console.new_list": _nobody(with_=lambda _: {"name": STRANGER, "slug": "lyon"}),
    "console.close_list": NOBODY,
    "console.open_list": NOBODY,
    "console.export_list": _nobody(with_=lambda _: {"reason": REASON}),
    "console.organisers": _nobody(with_=lambda _: {"role": "organiser"}),
    "console.disable_organiser": NOBODY,
    "console.enable_organiser": NOBODY,
    "console.stop_writing": KNOWN,
    "console.new_campaign": _nobody(with_=lambda _: DRAFT),
    "console.edit_campaign": _nobody(with_=lambda _: DRAFT),
    "console.delete_campaign": NOBODY,
    "console.test_campaign": NOBODY,
    "console.launch": _nobody(with_=lambda _: {"recipients": "1"}),
    "console.pause": _nobody(lambda scene: {"campaign_id": scene.running_id}),
    "console.resume": _nobody(lambda scene: {"campaign_id": scene.paused_id()}),
    "console.cancel": _nobody(lambda scene: {"campaign_id": scene.running_id}),
    "console.stop_sending": NOBODY,
    "console.resume_sending": NOBODY,
    "dev.clear": NOBODY,
}

COMMANDS: dict[str, Way] = {
    "campaigns cancel": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "campaigns create": _nobody(
        arguments=["--list", "national", "--subject", STRANGER, "--body-file", "-"]
    ),
    "campaigns launch": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.draft_id]),
    "campaigns list": NOBODY,
    "campaigns pause": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "campaigns resume": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.paused_id()]),
    "campaigns status": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.running_id]),
    "delivery journal": NOBODY,
    "delivery resume": NOBODY,
    "delivery status": NOBODY,
    "delivery stop": NOBODY,
    "develop": Way(rule=Rule.RUNS),
    "doctor": Way(rule=Rule.NOBODY, ends_with=1),  # no worker runs here, and it says so
    "lists create": _nobody(arguments=["lyon", "--name", STRANGER]),
    "lists show": NOBODY,
    "mailbox": Way(rule=Rule.RUNS),
    "organisers disable": _nobody(arguments=["other@parti.example"]),
    "organisers enable": _nobody(arguments=["other@parti.example"]),
    "organisers grant": _nobody(arguments=["other@parti.example", "export"]),
    "organisers invite": _nobody(arguments=[STRANGER, "--role", "owner"]),
    "organisers list": NOBODY,
    "organisers revoke": _nobody(arguments=["other@parti.example", "export"]),
    "people export": _nobody(arguments=["national", "--reason", REASON]),
    "people object": Way(rule=Rule.KNOWN, arguments=lambda _: [STRANGER]),
    "retention run": NOBODY,
    "worker": Way(rule=Rule.RUNS),
    **{
        f"db {name}": Way(rule=Rule.SCHEMA)
        for name in (
            *("branches", "check", "current", "downgrade", "edit", "heads", "history", "init"),
            *("list-templates", "merge", "migrate", "revision", "show", "stamp", "upgrade"),
        )
    },
}

JOBS: dict[str, Way] = {
    "send_letter": Way(rule=Rule.NOBODY, arguments=lambda scene: [scene.letter_id()]),
    "send_due_letters": NOBODY,
    "skip_rest_of_cancelled": NOBODY,
    "sweep_deliveries": NOBODY,
    "forget": NOBODY,
}
