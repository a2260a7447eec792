"""The coder that ships, with the real weights: what it says about plain cases, and that it says it again."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.scoring.coder import load_coder
from app.scoring.codes import BEHAVIOURS, CODES
from app.scoring.feedback import give_feedback
from app.scoring.measures import NON_ADHERENT, Row
from app.scoring.types import Coder
from app.scoring.weights import CoderFilesError

pytestmark = pytest.mark.model

PLAIN = {
    "What brings you here today?": "open_question",
    "Do you drink every day?": "closed_question",
    "If you don't stop, you'll lose your kids.": "confront",
    "It's your decision, and nobody can make it for you.": "emphasize_autonomy",
    "We could talk about the drinking, or about the letter, or leave it there for today.": "offer_choices",
    "Maybe this isn't the right time to change anything, and carrying on may be best for now.": "paradoxical",
    "Would it be all right if I told you what some people try?": "seek_collaboration",
    "So there is no way at all that this could ever do you any harm.": "amplified_reflection",
    "You should try the patches, they work really well.": "persuade",
    "You kept going when it hurt. That takes guts.": "affirmation",
    "Okay.": "other",
    "You'd rather not be here.": "simple_reflection",
}


@pytest.mark.parametrize("text", PLAIN)
def test_plain_cases(coder: Coder, text: str) -> None:
    turn = coder.code(text, "I don't want to be here.")
    family = {"simple_reflection", "complex_reflection"} if PLAIN[text] == "simple_reflection" else {PLAIN[text]}
    assert turn.primary in family


def test_a_menu_that_ends_in_a_question_carries_both(coder: Coder) -> None:
    text = "We could look at the letter, at your week, or at nothing for now. Which would you like?"
    turn = coder.code(text, "I don't care.")
    assert {span.code for span in turn.codes} == {"offer_choices", "open_question"}
    assert [text[span.start : span.end] for span in turn.codes][1] == "Which would you like?"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "…", "🙂🙂", "\x00", "هل أنت بخير؟", "<script>alert(1)</script>", "you are tired. " * 330],
)
def test_every_text_has_codes_that_fit_the_interface(coder: Coder, text: str) -> None:
    turn = coder.code(text, text)
    assert turn.primary in CODES
    assert set(turn.behaviour_probabilities) == set(BEHAVIOURS)
    assert sum(turn.behaviour_probabilities.values()) == pytest.approx(1, abs=1e-3)
    for utterance in turn.utterances:
        assert text[utterance.start : utterance.end] == utterance.text != ""
        assert set(utterance.probabilities) == set(CODES)
        assert sum(utterance.probabilities.values()) == pytest.approx(1, abs=1e-3)
        assert utterance.probability == max(utterance.probabilities.values())
    talk = coder.talk(text, text)
    assert talk.change + talk.neutral + talk.sustain == pytest.approx(1, abs=1e-3)
    assert getattr(talk, talk.type) == max(talk.change, talk.neutral, talk.sustain)


def test_what_it_cannot_read_it_is_not_sure_of(coder: Coder) -> None:
    assert coder.code("هل أنت بخير؟").probability < 0.5
    assert max(coder.talk("لا أعرف").__dict__[name] for name in ("change", "neutral", "sustain")) < 0.5


def test_the_same_text_gives_the_same_numbers_alone_in_a_batch_and_from_many_threads(coder: Coder) -> None:
    items = [(text, "I'm not staying.") for text in PLAIN]
    alone = [coder.code(*item) for item in items]
    assert coder.code_many(items) == alone
    assert coder.code_many(items[::-1])[::-1] == alone
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: coder.code(*item), items)) == alone
    assert coder.talk_many(items) == [coder.talk(*item) for item in items]


def test_segmented_takes_the_text_as_one_utterance(coder: Coder) -> None:
    text = " You came. You stayed. What now? "
    (turn,) = coder.code_many([(text, None)], segmented=True)
    assert [utterance.text for utterance in turn.utterances] == [text.strip()]
    assert turn.primary == turn.utterances[0].code


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I'm not stopping and you can't make me.", "sustain"),
        ("I really want to stop. I'm going to see the doctor on Monday.", "change"),
        ("It's the number 12 bus, I think.", "neutral"),
    ],
)
def test_client_talk(coder: Coder, text: str, kind: str) -> None:
    assert coder.talk(text, "What do you make of it?").type == kind


def test_the_name_holds_version_and_weights(coder: Coder) -> None:
    assert coder.name.startswith("coder-2 (")


def test_feedback_with_the_real_coder_shows_only_rewrites_that_it_agrees_with(coder: Coder) -> None:
    said = [
        ("client", "I'm not an addict. My wife exaggerates."),
        ("counsellor", "You're in denial, and you know it."),
        ("client", "I want to see my kids, that's all."),
        ("counsellor", "Then you should go to the group on Monday."),
        ("client", "I'm not going to any group."),
        ("counsellor", "Do you drink every day?"),
    ]
    rows = [
        Row("counsellor", text, coder.code(text, said[number - 1][1]).codes)
        if speaker == "counsellor"
        else Row("client", text, talk=coder.talk(text).type)
        for number, (speaker, text) in enumerate(said)
    ]
    points = give_feedback(rows, coder).try_next
    assert [point.row for point in points] == [1, 3, 5]
    for point in points:
        codes = {span.code for span in coder.code(point.rewrite or "", said[point.row - 1][1]).codes}
        assert point.rewrite_code in codes
        assert codes.isdisjoint(NON_ADHERENT)


def test_a_folder_without_the_coder_is_told(tmp_path: Path) -> None:
    with pytest.raises(CoderFilesError, match="install Rollwith again"):
        load_coder(tmp_path)


def test_a_turn_of_ten_thousand_words_is_read_whole(coder: Coder) -> None:
    text = "You came in tired. " * 2500 + "What would you like to talk about?"
    turn = coder.code(text, "I am tired.")
    assert turn.utterances[-1].text == "What would you like to talk about?"
    assert turn.utterances[-1].code in ("open_question", "seek_collaboration")


def test_training_packages_are_not_needed_to_code() -> None:
    script = (
        "import sys; sys.modules['sklearn'] = None\n"
        "from app.scoring.coder import load_coder\n"
        "print(load_coder().code('What brings you here?').primary)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "open_question"
