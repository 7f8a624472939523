"""A spike is that of some networks or domains, if the rest is none without them."""

from supporters.signup.rush.causes import Causes, EmailSource, find_causes

MOST = 300


def sources(**numbers: int) -> list[EmailSource]:
    """Return emails: `a` from network a to a provider, `x_de` from many networks to x.de."""
    found = []
    for name, number in numbers.items():
        is_domain = "_" in name
        found += [
            EmailSource(f"{name}{each}", name.replace("_", "."))
            if is_domain
            else EmailSource(name, "provider.example")
            for each in range(number)
        ]
    return found


def causes_of(found: list[EmailSource], *, without_request: int = 0) -> Causes | None:
    """Return the causes of a spike."""
    return find_causes(found, counted=len(found) + without_request, most=MOST)


def test_a_network_that_makes_the_spike_is_its_cause() -> None:
    assert causes_of(sources(a=320, b=10)) == Causes(frozenset({"a"}))


def test_two_networks_are_a_cause_together() -> None:
    assert causes_of(sources(a=236, b=160, c=9)) == Causes(frozenset({"a", "b"}))


def test_a_domain_is_the_cause_if_no_network_stands_out() -> None:
    assert causes_of(sources(x_de=320, b=10)) == Causes(domains=frozenset({"x.de"}))


def test_nothing_stands_out_in_a_flood_from_everywhere() -> None:
    everywhere = [EmailSource(f"n{each}", f"d{each}.example") for each in range(400)]
    assert causes_of(everywhere) is None


def test_emails_of_unknown_origin_explain_nothing() -> None:
    assert causes_of(sources(a=50), without_request=300) is None


def test_a_proof_of_work_is_no_part_of_a_network() -> None:
    proved = [EmailSource(None, "x.de")] * 100
    causes = causes_of([*sources(a=320), *proved])
    assert causes == Causes(frozenset({"a"}))
    assert causes is not None
    assert not causes.is_of(proved[0])


def test_proofs_of_work_alone_can_be_a_spike_of_everybody() -> None:
    assert causes_of([*sources(a=50), *[EmailSource(None, "x.de")] * 300]) is None
