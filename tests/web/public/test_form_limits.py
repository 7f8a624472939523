"""The limits of the public forms, as plain values."""

from datetime import timedelta

from supporters.signup.rush.rules import FEWEST_EMAILS, SPIKE_WINDOW
from supporters.web.public.form_limits import DAY, Entry, FormOrigin, LimitedForm, list_limits

MINUTE = timedelta(minutes=1)

IPV4 = FormOrigin(network="192.0.2.0/24", domain="orange.fr")


def most_of(origin: FormOrigin, entry: Entry = Entry.USUAL) -> dict[str, int]:
    """Return the numbers of the limits of a signup, by their last word and window."""
    limits = list_limits(LimitedForm.SIGNUP, origin, rate=30, entry=entry)
    return {f"{each.kind.split()[-1]} {each.window}": each.most for each in limits}


def test_a_network_a_mail_provider_and_all_visitors_have_a_limit() -> None:
    assert most_of(IPV4) == {
        f"network {MINUTE}": 30,
        f"domain {MINUTE}": 900,
        f"all {MINUTE}": 1800,
    }


def test_the_networks_of_a_site_share_one() -> None:
    kinds = most_of(FormOrigin(network="2001:db8:1:200::/56"))
    assert kinds == {
        f"network {MINUTE}": 30,
        f"site {MINUTE}": 60,
        f"all {MINUTE}": 1800,
        f"site {SPIKE_WINDOW}": 120,
    }


def test_one_customer_alone_makes_no_spike() -> None:
    kinds = most_of(FormOrigin(network="2001:db8:1:200::/56"))
    assert kinds[f"site {SPIKE_WINDOW}"] < FEWEST_EMAILS
    assert kinds[f"network {MINUTE}"] * (SPIKE_WINDOW // MINUTE) < FEWEST_EMAILS


def test_a_domain_that_is_no_provider_has_a_narrow_limit_also_for_the_day() -> None:
    kinds = most_of(FormOrigin(network="192.0.2.0/24", domain="catch-all.example"))
    assert (kinds[f"domain {MINUTE}"], kinds[f"domain {DAY}"]) == (120, 1200)


def test_a_proof_gives_more_than_usual_and_a_wait_gives_less() -> None:
    assert most_of(IPV4, Entry.PROVED)[f"network {MINUTE}"] == 120
    assert most_of(IPV4, Entry.PATIENT)[f"network {MINUTE}"] == 6


def test_forms_and_ways_to_enter_use_up_nothing_of_each_other() -> None:
    windows = [
        (each.kind, each.subject, each.window)
        for form in LimitedForm
        for entry in Entry
        for each in list_limits(form, IPV4, rate=30, entry=entry)
    ]
    assert len({*windows}) == len(windows)


def test_the_narrowest_limit_is_at_least_one() -> None:
    assert (
        min(
            each.most
            for each in list_limits(LimitedForm.MY_DATA, IPV4, rate=1, entry=Entry.PATIENT)
        )
        == 1
    )
