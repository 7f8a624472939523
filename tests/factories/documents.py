"""Random documents of every block, with the words, marks and neighbours that spoil Markdown."""

from typing import Any

from hypothesis import strategies as st

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.inline_parts import MARK_ORDER

Json = dict[str, Any]
BREAK: Json = {"type": "hard_break"}
HARD_SPACE = "\u00a0"  # alone it stands for an empty paragraph
NASTY = [
    *("*", "**", "_", "__", "~~", "`", "\\", "[x](y)", "![a](b)", "<b>", "&amp;", "&#32;", "|"),
    *("# x", "- x", "1. x", "1) x", "> x", "---", "===", "::: box", ":::", ": x", "```", "+ x"),
    *("{{ given_name | x }}", "{{7*7}}", "{{0}}", "{decorative}", "https://p.fr/a_b_c", "[[x]]"),
    *(" a", "a ", "  ", "\u00a0a", "« Hé ! »", "l'", "!", "#", "é", "🎉", "\u202e", "www.p.fr"),
]
letters = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ue000\ue001"
)
words = st.one_of(
    st.sampled_from(NASTY),
    st.text(letters, min_size=1, max_size=6).filter(lambda text: text != HARD_SPACE),
    st.sampled_from(["mot", "b c"]),
)
lines = words.map(lambda text: " ".join(text.splitlines()).strip())
fallbacks = lines.map(lambda text: text.replace("{", "").replace("}", "").strip())
hrefs = st.sampled_from(
    [
        *(
            "https://p.fr/a",
            "https://p.fr/x?y=1&copy;=2",
            "https://p.fr/(a)_b*c\\d",
            "mailto:a@p.fr",
        ),
        *("tel:+331", "/sans/schema", "https://p.fr/?n={{list_name}}", "HTTP://P.FR/#[é]"),
    ]
)
link_marks = hrefs.map(lambda href: {"type": "link", "attrs": {"href": href}})
plain_marks = st.sampled_from(MARK_ORDER[1:]).map(lambda kind: {"type": kind})
marks = st.lists(
    st.one_of(plain_marks, link_marks), max_size=3, unique_by=lambda mark: mark["type"]
)
em_only = st.lists(st.just({"type": "em"}), max_size=1)
field_names = st.sampled_from(["given_name", "list_name", "party_name"])


def runs(which: st.SearchStrategy[list[Json]]) -> st.SearchStrategy[Json]:
    """Return texts and merge fields with such marks."""
    text = st.fixed_dictionaries({"type": st.just("text"), "text": words, "marks": which})
    attrs = st.fixed_dictionaries({"name": field_names, "fallback": fallbacks})
    field = st.fixed_dictionaries({"type": st.just("field"), "attrs": attrs, "marks": which})
    return st.one_of(text, text, field)


bare_links = hrefs.map(
    lambda href: {
        "type": "text",
        "text": href,
        "marks": [{"type": "link", "attrs": {"href": href}}],
    }
)


@st.composite
def inline(draw: st.DrawFn) -> list[Json]:
    """Return words with line breaks between some of them."""
    parts: list[Json] = []
    for part in draw(st.lists(st.one_of(runs(marks), bare_links), max_size=4)):
        if parts and draw(st.integers(0, 3)) == 0:
            parts += [BREAK] * draw(st.integers(1, 2))
        parts.append(part)
    return parts


def block(kind: str, content: st.SearchStrategy[Any] | None = None, **attrs: Any) -> Any:
    """Return blocks of a kind."""
    parts = {"type": st.just(kind), "attrs": st.fixed_dictionaries(attrs)}
    return st.fixed_dictionaries(parts if content is None else {**parts, "content": content})


def several(content: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    """Return one to three parts."""
    return st.lists(content, min_size=1, max_size=most)


def lists(depth: int) -> st.SearchStrategy[Json]:
    """Return lists with so many levels at most."""
    inner = st.lists(lists(depth - 1), max_size=1) if depth > 1 else st.just([])
    content = st.tuples(paragraphs, inner).map(lambda parts: [parts[0], *parts[1]])
    items = several(st.fixed_dictionaries({"type": st.just("list_item"), "content": content}))
    return st.one_of(block("bullet_list", items), block("ordered_list", items))


def tables() -> st.SearchStrategy[Json]:
    """Return tables with up to three rows and columns."""
    cell = st.fixed_dictionaries(
        {"type": st.just("table_cell"), "content": st.lists(runs(marks), max_size=2)}
    )

    def rows_of(columns: int) -> st.SearchStrategy[list[Json]]:
        cells = st.lists(cell, min_size=columns, max_size=columns)
        return several(st.fixed_dictionaries({"type": st.just("table_row"), "content": cells}))

    return block("table", st.integers(1, 3).flatmap(rows_of))


paragraphs = block("paragraph", inline())
headings = block("heading", st.lists(runs(em_only), max_size=3), level=st.sampled_from([2, 3]))
texts = st.fixed_dictionaries({"type": st.just("text"), "text": words})
hrefs_or_none = st.one_of(hrefs, st.just(""))
buttons = block("button", st.lists(texts, max_size=1), href=hrefs_or_none)
pictures = {"image": st.sampled_from(["img_aZ-9", ""]), "alt": lines, "decorative": st.booleans()}
minutes = st.sampled_from(["", "2026-12-03T19:00"])
flow = st.one_of(paragraphs, lists(2), buttons)
blocks = st.one_of(
    *(paragraphs, headings, lists(3), buttons, block("divider"), tables()),
    block("quote", several(paragraphs)),
    block("callout", several(flow)),
    block("image", **pictures, href=hrefs_or_none, caption=lines),
    block(
        "pair",
        several(st.one_of(flow, headings)),
        **pictures,
        side=st.sampled_from(["left", "right"]),
    ),
    block(
        "event", title=lines, starts_at=minutes, ends_at=minutes, place=lines, href=hrefs_or_none
    ),
    block("share", href=hrefs_or_none),
)
documents = several(blocks, 4).map(lambda found: Document.model_validate({"content": found}))
