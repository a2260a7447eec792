"""Names taken out of what was said."""

from __future__ import annotations

import pytest

from app.practice.names import mask_of


@pytest.mark.parametrize(
    ("names", "said", "shown"),
    [
        (["Tom Trainee", "tom"], "Hello, I'm Tom Trainee.", "Hello, I'm [c]."),
        (["Tom Trainee", "tom"], "hi im tom, Tom's my name. Tomorrow?", "hi im [c], [c]'s my name. Tomorrow?"),
        (["Una Úlfarsdóttir"], "I am una. Úlfarsdóttir is my name.", "I am [c]. [c] is my name."),
        (["Jean-Luc Picard"], "Jean-Luc here.", "[c] here."),
        (["Hope Grant"], "I hope you may grant me that. I'm Hope.", "I hope you may grant me that. I'm [c]."),
        (["Will"], "Will you? My name is will. Call me Will.", "Will you? My name is [c]. Call me [c]."),
        (["Will"], "Look, Will, I never wanted this. Thanks, will.", "Look, [c], I never wanted this. Thanks, [c]."),
        (["A. B. (x"], "Nothing (x breaks.", "Nothing [c] breaks."),
        (["Jan van der Berg"], "Jan has a van.", "[c] has a van."),
        ([""], "Nobody.", "Nobody."),
    ],
)  # fmt: skip
def test_names_are_hidden_and_words_stay(names: list[str], said: str, shown: str) -> None:
    assert mask_of([(names, "[c]")])(said) == shown
