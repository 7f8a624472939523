"""A page whose button gives consent to several wordings, and its page snapshot (REQ-17).

The form carries the fingerprint of the page, so that a consent counts only for the page shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import get_locale

from supporters.privacy_requests.current_consents import Sentence
from supporters.web.public.forms import SentencesForm, make_sentences_form
from supporters.web.public.page_capture import Shown, hash_of, keep, languages_without_token
from supporters.web.public.retention_notice import times_kept


@dataclass(frozen=True, kw_only=True)
class SentencesPage:
    """The template, the endpoint and the wordings of such a page.

    The text of the page depends on the wordings and on `kind`.
    """

    template: str
    endpoint: str
    sentences: Sequence[Sentence]
    kind: str = ""

    @property
    def wording_ids(self) -> list[int]:
        """The wordings that the button gives consent to."""
        return [each.wording_id for each in self.sentences]

    def make_form(self) -> SentencesForm:
        """Return the form of the page, with the submitted values if there are any."""
        return make_sentences_form(hash_of(self._shown()))

    def render(self, form: SentencesForm, **words: object) -> str:
        """Return the page for a visitor."""
        form.page.data = form.page_hash
        return self._render(form, is_kept=False, **words)

    def store(self) -> int:
        """Store the page snapshot; return the id of its version."""
        return keep(self._shown())

    def _shown(self) -> Shown:
        def render() -> str:
            blank = make_sentences_form(None)
            languages = languages_without_token(self.endpoint)
            return self._render(blank, is_kept=True, languages=languages)

        depends_on = (self.template, self.kind, tuple(self.sentences))
        return Shown(str(get_locale()), depends_on, render)

    def _render(self, form: SentencesForm, *, is_kept: bool, **words: object) -> str:
        return render_template(
            self.template,
            form=form,
            sentences=self.sentences,
            kind=self.kind,
            times=times_kept(),
            is_kept=is_kept,
            **words,
        )
