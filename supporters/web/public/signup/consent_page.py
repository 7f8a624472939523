"""A page whose button gives consent to several wordings, and its page snapshot (REQ-17).

The form carries the fingerprint of the page, so that a consent counts only for the page shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import get_locale

from supporters.cases.current_consents import ConfirmedSentences, Sentence
from supporters.mail.links import link_to
from supporters.web.public.notices.retention_notice import retention_times
from supporters.web.public.signup.forms import WordingsForm, make_wordings_form
from supporters.web.public.signup.page_capture import (
    PLACEHOLDER_TOKEN,
    SnapshotSource,
    language_links_without_token,
    page_fingerprint,
    store_snapshot,
)


@dataclass(frozen=True, kw_only=True)
class WordingsPage:
    """The template, the endpoint and the wordings of such a page.

    The text of the page depends on the wordings and on `kind`.
    """

    template: str
    endpoint: str
    sentences: Sequence[Sentence]
    kind: str = ""

    def make_form(self) -> WordingsForm:
        """Return the form of the page, with the submitted values if there are any."""
        return make_wordings_form(page_fingerprint(self._shown()))

    def render(self, form: WordingsForm, **words: object) -> str:
        """Return the page for a visitor."""
        form.page.data = form.page_hash
        return self._render(form, is_snapshot=False, **words)

    def confirm(self, form: WordingsForm) -> ConfirmedSentences:
        """Store the page of an accepted form; return what its button gave consent to."""
        language, token = str(get_locale()), PLACEHOLDER_TOKEN
        return ConfirmedSentences(
            wording_ids=[each.wording_id for each in self.sentences],
            page_url=link_to(self.endpoint, lang_code=language, token=token),
            page_snapshot_id=store_snapshot(self._shown(), form.page.data),
        )

    def _shown(self) -> SnapshotSource:
        def render() -> str:
            blank = make_wordings_form(None)
            languages = language_links_without_token(self.endpoint)
            return self._render(blank, is_snapshot=True, languages=languages)

        depends_on = (self.template, self.kind, tuple(self.sentences))
        return SnapshotSource(str(get_locale()), depends_on, render)

    def _render(self, form: WordingsForm, *, is_snapshot: bool, **words: object) -> str:
        return render_template(
            self.template,
            form=form,
            sentences=self.sentences,
            kind=self.kind,
            times=retention_times(),
            is_snapshot=is_snapshot,
            **words,
        )
