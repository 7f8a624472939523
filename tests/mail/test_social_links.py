"""The foot of emails takes whole addresses of the named network, with https."""

import pytest

from supporters.mail.social_links import LinkFault, Network, find_link_fault


@pytest.mark.parametrize(
    ("network", "url"),
    [
        (Network.FACEBOOK, "https://www.facebook.com/parti?locale=fr"),
        (Network.BLUESKY, "https://bsky.app/profile/parti.example"),
        (Network.MASTODON, "https://mastodon.example/@parti"),
        (Network.WEBSITE, "https://parti.example"),
    ],
)
def test_a_page_of_the_network_is_taken(network: Network, url: str) -> None:
    assert find_link_fault(network, url) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://x.com/parti", LinkFault.NOT_HTTPS),
        ("x.com/parti", LinkFault.NOT_HTTPS),
        ("https://x.com/a b", LinkFault.NOT_HTTPS),
        ("https://x.com:8443/parti", LinkFault.NOT_HTTPS),
        ("https://me@x.com/parti", LinkFault.NOT_HTTPS),
        ("https://[x.com/parti", LinkFault.NOT_HTTPS),
        ('https://x.com/"><b>', LinkFault.NOT_HTTPS),
        ("https://x.com.evil.example/", LinkFault.OTHER_SITE),
        ("https://notx.com/parti", LinkFault.OTHER_SITE),
    ],
)
def test_another_address_is_refused(url: str, fault: LinkFault) -> None:
    assert find_link_fault(Network.X, url) is fault
