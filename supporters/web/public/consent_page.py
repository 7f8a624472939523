"""A page on which one button agrees to sentences, as it is shown and as it is kept (REQ-17).

The button counts only for the page that was read: its form carries the page's fingerprint.
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
    """What makes up such a page: its template, where it is, and what it says.

    `kind` is what its words depend on beside the sentences.
    """

    template: str
    endpoint: str
    sentences: Sequence[Sentence]
    kind: str = ""

    @property
    def wording_ids(self) -> list[int]:
        """The sentences that the button agrees to."""
        return [each.wording_id for each in self.sentences]

    def make_form(self) -> SentencesForm:
        """Return the form of the page, as it was sent or blank."""
        return make_sentences_form(hash_of(self._shown()))

    def render(self, form: SentencesForm, **words: object) -> str:
        """Return the page as a visitor sees it."""
        form.page.data = form.page_hash
        return self._render(form, is_kept=False, **words)

    def keep(self) -> int:
        """Keep the page as it was shown; return the id of its version."""
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
