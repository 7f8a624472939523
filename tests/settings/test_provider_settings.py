"""The settings of the email provider: each fault is named, and no secret is shown."""

import pytest

from supporters.config import load_settings
from supporters.settings.provider_settings import read_provider
from supporters.settings.variables import VariableReader
from tests.test_config import PRODUCTION, faults, load

SECRET = "mYw2-Qe7vTz0_pLk9RbXc4Nd"
TOPIC = "arn:aws:sns:eu-west-3:123456789012:bounces"


def read(**variables: str) -> VariableReader:
    """Read the settings of a provider; return the reader with its faults."""
    reader = VariableReader({f"SUPPORTERS_{name}": each for name, each in variables.items()})
    read_provider(reader)
    return reader


def test_a_provider_gives_the_relay_of_a_production_only() -> None:
    whole = {f"SUPPORTERS_{name}": each for name, each in PRODUCTION.items()}
    del whole["SUPPORTERS_MAIL_SERVER"]
    found = load_settings({**whole, "SUPPORTERS_MAIL_PROVIDER": "Mailjet"})
    assert (found.mail_server, found.mail_port, found.mail_tls) == (
        "in-v3.mailjet.com",
        587,
        "starttls",
    )
    here = load(ENV="development", MAIL_PROVIDER="mailjet")
    assert (here.mail_server, here.mail_port) == ("127.0.0.1", 2525)


def test_a_relay_that_is_given_wins_and_ses_needs_one() -> None:
    assert faults(MAIL_PROVIDER="ses", MAIL_SERVER="") == ["MAIL_SERVER"]
    server = "email-smtp.eu-west-3.amazonaws.com"
    variables = {**PRODUCTION, "MAIL_PROVIDER": "brevo", "MAIL_SERVER": server}
    found = load_settings({f"SUPPORTERS_{name}": each for name, each in variables.items()})
    assert found.mail_server == server


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"MAIL_PROVIDER": "sendgrid"}, "MAIL_PROVIDER"),
        ({"MAIL_PROVIDER": "brevo", "WEBHOOK_USER": "brevo"}, "WEBHOOK_PASSWORD"),
        ({"MAIL_PROVIDER": "brevo", "WEBHOOK_PASSWORD": SECRET}, "WEBHOOK_USER"),
        (
            {"MAIL_PROVIDER": "brevo", "WEBHOOK_USER": "u", "WEBHOOK_PASSWORD": "short"},
            "WEBHOOK_PASSWORD",
        ),
        ({"MAIL_PROVIDER": "brevo", "WEBHOOK_TOKEN": f"{SECRET} short"}, "WEBHOOK_TOKEN"),
        ({"MAIL_PROVIDER": "brevo", "WEBHOOK_TOKEN": f"{SECRET}@"}, "WEBHOOK_TOKEN"),
        ({"MAIL_PROVIDER": "mailjet", "WEBHOOK_TOKEN": SECRET}, "WEBHOOK_TOKEN"),
        ({"WEBHOOK_USER": "u", "WEBHOOK_PASSWORD": SECRET}, "WEBHOOK_USER"),
        ({"MAIL_PROVIDER": "brevo", "SNS_TOPICS": TOPIC}, "SNS_TOPICS"),
        ({"MAIL_PROVIDER": "ses", "SNS_TOPICS": f"{TOPIC} {TOPIC}/x"}, "SNS_TOPICS"),
        ({"MAIL_PROVIDER": "ses", "SNS_TOPICS": TOPIC.replace("eu-", "e.u-")}, "SNS_TOPICS"),
        ({"MAIL_PROVIDER": "ses", "SES_CONFIGURATION_SET": "a b"}, "SES_CONFIGURATION_SET"),
        ({"MAIL_PROVIDER": "brevo", "WEBHOOK_NETWORKS": "1.2.3.4/8"}, "WEBHOOK_NETWORKS"),
    ],
)
def test_each_fault_names_its_variable(variables: dict[str, str], named: str) -> None:
    assert [each.split()[0] for each in read(**variables).faults] == [f"SUPPORTERS_{named}"]


def test_no_secret_is_shown() -> None:
    reader = VariableReader(
        {
            "SUPPORTERS_MAIL_PROVIDER": "brevo",
            "SUPPORTERS_WEBHOOK_USER": "brevo",
            "SUPPORTERS_WEBHOOK_PASSWORD": SECRET,
            "SUPPORTERS_WEBHOOK_TOKEN": f"{SECRET[::-1]} {SECRET}",
        }
    )
    provider = read_provider(reader)
    assert not reader.faults
    assert provider.tokens == (SECRET[::-1], SECRET)
    assert provider.has_webhook
    assert SECRET not in repr(provider)
    assert SECRET[::-1] not in repr(provider)
