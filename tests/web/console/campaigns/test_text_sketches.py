"""The small picture of a message, made of its blocks."""

from hypothesis import given

from supporters.campaigns.beginnings.starting_texts import ReadyTemplate, read_ready
from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.web.console.campaigns.text_sketches import HEIGHT, INNER, LEFT, sketch
from tests.factories.documents import documents


def test_titles_and_buttons_are_told_with_their_words() -> None:
    document = from_markdown(
        "## Le déroulé\n\nVenez nombreux.\n\n[[Je viens]](https://a.example)\n"
    )
    assert document is not None
    assert [(each.kind, each.words) for each in sketch(document)] == [
        ("title", "Le déroulé"),
        ("line", ""),
        ("button", "Je viens"),
    ]


def test_a_gap_is_shown_without_its_brackets_and_a_long_title_is_cut() -> None:
    document = from_markdown(f"## [[Titre {'long ' * 20}]]\n\nUn mot.\n")
    assert document is not None
    words = sketch(document)[0].words
    assert words.startswith("Titre long")
    assert (len(words) <= 30, words[-1]) == (True, "…")


def test_each_ready_template_has_a_picture_of_its_own() -> None:
    pictures = [
        sketch(start.document)
        for each in ReadyTemplate
        if (start := read_ready(each, "fr")).document
    ]
    assert len({str(each) for each in pictures}) == len(ReadyTemplate)


@given(documents)
def test_each_document_has_a_picture_that_begins_in_the_frame(document: Document) -> None:
    for each in sketch(document):
        assert each.y < HEIGHT
        assert each.x >= LEFT
        assert each.width <= INNER


def test_a_block_at_the_foot_of_the_frame_is_cut_there() -> None:
    document = from_markdown("## Titre\n\n" * 7 + "---\n\n- un\n- deux\n- trois\n")
    assert document is not None
    assert [each.kind for each in sketch(document)] == [*["title"] * 7, "line", "dot", "line"]
