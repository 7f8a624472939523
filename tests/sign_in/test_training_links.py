"""A link into the training names its visitor, whatever their name."""

import pytest

from supporters.accounts.models import MAX_NAME
from supporters.settings.training_settings import TrainingSettings
from supporters.sign_in.training_links import make_training_link, read_training_link

TRAINING = TrainingSettings(url="https://training.example.org", key="a key of both installations")


@pytest.mark.parametrize("letter", ["a", "é", '"', "გ", "𠮷"])
def test_a_link_is_read_with_the_longest_name_in_any_script(letter: str) -> None:
    name = letter * MAX_NAME
    link = make_training_link(TRAINING, name, "fr")
    visitor = read_training_link(TRAINING, link.rpartition("/")[2])
    assert visitor
    assert (visitor.name, visitor.language) == (name, "fr")
