"""SPF records are read as RFC 7208 writes them: one wrong term voids all."""

import pytest

from supporters.delivery_setup.spf_records import SpfFaulty, read_spf

RIGHT = [
    "v=spf1 a/24 mx//64 a:big.example/24//64 ip4:192.0.2.0/24 ip6:2001:db8::/32 ptr -all",
    "v=spf1 exists:%{i}._spf.example.com include:%{d2} a:foo:bar/baz.example.com ?all",
    "V=SPF1 IP4:192.0.2.1   A:Example.COM. -ALL",
    "v=spf1 redirect=_spf.example.com exp=%{d}.why.example foo=bar%%%_",
    "v=spf1 a:under_score.example a:xn--caf-dma.example a:a.b2b",
]
WRONG = [
    *("a:192.0.2.1", "a:museum", "a:abc.123", "a:example.-com", "mx:example.-com", "a:x.example,"),
    *("ip4:192.0.2.0/024", "ip4:192.0.2.0/255.255.255.0", "ip4:192.0.2.0/33", "ip4:192.0.2.300"),
    *("ip6:192.0.2.1", "ip4:2001:db8::1", "ip6:2001:db8::/129", "ip4:", "ipv4:192.0.2.1"),
    *("include:", "include", "exists:%(i).example.com", "a:foo%.example.com", "a:%{x}.example"),
    *("a:example.com\rptr", "a:\N{ZERO WIDTH NO-BREAK SPACE}b.example", "all:x", "+include:a.b/24"),
    *("redirect=", "redirect=-all", "exp=", "exp=%{r}.example.com", "foo=%abc", "junk", ";"),
]


@pytest.mark.parametrize("record", RIGHT)
def test_right_record_is_read(record: str) -> None:
    assert len(read_spf(record)) == len(record.split()) - 1


@pytest.mark.parametrize("term", WRONG)
def test_wrong_term_is_named(term: str) -> None:
    with pytest.raises(SpfFaulty) as error:
        read_spf(f"v=spf1 mx {term} -all")
    assert str(error.value) == term
