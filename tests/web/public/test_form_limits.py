"""The limits of the public forms, as plain values."""

from supporters.web.public.form_limits import Entry, FormOrigin, LimitedForm, list_limits

IPV4 = FormOrigin(network="192.0.2.0/24", domain="orange.fr")


def most_of(origin: FormOrigin, entry: Entry = Entry.USUAL) -> dict[str, int]:
    """Return the numbers of the limits of a signup, by their last word and window."""
    limits = list_limits(LimitedForm.SIGNUP, origin, rate=30, entry=entry)
    return {f"{each.kind.split()[-1]} {each.window.days}": each.most for each in limits}


def test_a_network_a_mail_provider_and_all_visitors_have_a_limit() -> None:
    assert most_of(IPV4) == {"network 0": 30, "domain 0": 900, "all 0": 1800}


def test_the_networks_of_a_site_share_one() -> None:
    kinds = most_of(FormOrigin(network="2001:db8:1:200::/56"))
    assert kinds == {"network 0": 30, "site 0": 60, "all 0": 1800}


def test_a_domain_that_is_no_provider_has_a_narrow_limit_also_for_the_day() -> None:
    kinds = most_of(FormOrigin(network="192.0.2.0/24", domain="catch-all.example"))
    assert (kinds["domain 0"], kinds["domain 1"]) == (120, 1200)


def test_a_proof_gives_more_than_usual_and_a_wait_gives_less() -> None:
    assert most_of(IPV4, Entry.PROVED)["network 0"] == 120
    assert most_of(IPV4, Entry.PATIENT)["network 0"] == 6


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
