"""The doubts about the links of a message."""

import pytest

from supporters.campaigns.link_checks import CheckedLink, LinkDoubt, check_links, find_doubt


@pytest.mark.parametrize(
    ("target", "doubt"),
    [
        ("https://parti.example/programme", None),
        ("mailto:bonjour@parti.example", None),
        ("http://parti.example", LinkDoubt.NOT_SECURE),
        ("https://bit.ly/3xyz", LinkDoubt.SHORTENED),
        ("https://www.tinyurl.com/a", LinkDoubt.SHORTENED),
        ("http://T.CO/a", LinkDoubt.SHORTENED),
        ("https://[::1", LinkDoubt.UNREADABLE),
    ],
)
def test_a_doubtful_target_is_named(target: str, doubt: LinkDoubt | None) -> None:
    assert find_doubt(target) is doubt


def test_each_link_is_listed_once_in_order() -> None:
    body = "[Un](https://a.example) [deux](http://b.example) [Un](https://a.example)"
    assert check_links(body) == [
        CheckedLink("Un", "https://a.example", None),
        CheckedLink("deux", "http://b.example", LinkDoubt.NOT_SECURE),
    ]
