"""A relay in memory that compares each mail with the model at the moment at which it leaves."""

import re

from supporters.delivery.transport import Reply
from tests.campaigning import RecordingTransport
from tests.properties.consents import Model

CAMPAIGN = re.compile(rb"^Message-ID: <c(\d+)\.", re.MULTILINE)


class CheckingTransport(RecordingTransport):
    """Answers alike to every mail, and fails at the first that nobody asked for."""

    def __init__(self, model: Model, reply: Reply) -> None:
        super().__init__(self._check)
        self._model = model
        self._reply = reply

    def _check(self, recipient: str) -> Reply:
        found = CAMPAIGN.search(self.taken[-1][1])
        assert found is not None
        slug, audience = self._model.audiences[int(found[1])]
        key = recipient.lower()
        assert self._model.consents.get((key, slug)) == audience[key]
        assert key not in self._model.objections
        return self._reply
