"""`flask campaigns create`: a draft to several lists."""

import json

from flask.testing import FlaskCliRunner

from supporters.lists.models import MailingList
from tests.cli.test_campaign_commands import create
from tests.factories.approvals import make_ready
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once


@made_once
def mailing_list(app: object) -> MailingList:
    """Return a list with two people."""
    made = make_list("paris")
    for name in ("anna", "boris"):
        make_subscriber(f"{name}@example.org", made)
    return made


def test_a_draft_goes_to_several_lists_and_the_launch_says_the_people_of_each(
    runner: FlaskCliRunner, mailing_list: MailingList
) -> None:
    lyon = make_list("lyon", "Lyon")
    make_subscriber("chloe@example.org", mailing_list, lyon)
    make_subscriber("dora@example.org", lyon)
    made = create(runner, b"Bonjour.", "--list", "lyon")
    assert made.exit_code == 0, made.stderr
    make_ready(int(made.output))
    launched = runner.invoke(args=["campaigns", "launch", made.output.strip()])
    assert launched.output.splitlines()[:3] == [
        "Launched to 4 recipients.",
        "List: La Lettre nationale (3)",
        "List: Lyon (1)",
    ]
    status = runner.invoke(args=["campaigns", "status", made.output.strip(), "--json"])
    assert json.loads(status.output)["lists"] == "paris lyon"
