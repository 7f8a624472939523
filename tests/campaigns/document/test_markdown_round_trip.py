"""A document becomes Markdown and the same document again."""

from hypothesis import HealthCheck, given, settings

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.to_markdown import to_markdown
from tests.factories.documents import documents


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
@given(documents)
def test_every_document_is_the_same_after_markdown(document: Document) -> None:
    markdown = to_markdown(document)
    assert from_markdown(markdown) == document, markdown
