"""French punctuation stays with its word, in texts and in HTML, and addresses stay addresses."""

import pytest

from supporters.text.french_spacing import space_html, space_text

SPACED = {
    "Venez : samedi ; à 19 h ?! Oui !": "Venez_: samedi_; à 19 h_?! Oui_!",
    "Il dit : « non »… puis « oui » !": "Il dit_: «_non_»… puis «_oui_»_!",
    "Bonjour \ue0000\ue001 !": "Bonjour \ue0000\ue001_!",
    "Fin :\nsuite (ah !) et « quoi ? »": "Fin_:\nsuite (ah_!) et «_quoi_?_»",
    "Merci :) déjà: rien  : deux espaces": "Merci :) déjà: rien  : deux espaces",
    "Voir https://p.fr/a?b=c ! Ou a@p.fr ?": "Voir https://p.fr/a?b=c ! Ou a@p.fr ?",
    "Suivez @parti !": "Suivez @parti_!",
}
HTML = (
    '<p style="color: red !important" title="a : b"><strong>Attention</strong> : «&nbsp;ici »'
    '<!--[if mso]> : <![endif]--> <a href="https://p.fr/?a=1&amp;b=2">Lire</a> !<br>Fin ?</p>'
)
SPACED_HTML = (
    '<p style="color: red !important" title="a : b"><strong>Attention</strong>_: «&nbsp;ici_»'
    '<!--[if mso]> : <![endif]--> <a href="https://p.fr/?a=1&amp;b=2">Lire</a>_!<br>Fin_?</p>'
)


@pytest.mark.parametrize("text", SPACED)
def test_a_space_before_french_punctuation_never_ends_a_line(text: str) -> None:
    assert space_text(text, "fr") == SPACED[text].replace("_", "\u202f")
    assert space_text(text, "en") == text


def test_only_the_texts_of_html_are_spaced() -> None:
    assert space_html(HTML, "fr") == SPACED_HTML.replace("_", "\u202f")
    assert space_html(HTML, "de") == HTML
