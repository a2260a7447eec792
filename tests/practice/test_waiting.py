"""Waiting: a turn of silence is stored and heard, and is graded as neither an answer nor a missed one."""

from __future__ import annotations

import pytest

from app.practice import report as reports
from app.practice import rooms
from app.practice.headline import graded, headline_of, rows_of
from app.practice.house import House
from app.practice.turns import SILENCE, take_turn
from app.practice.views import is_silence, waits
from app.store.queries import Transcript
from app.store.tables import Speaker, Turn, User, Utterance
from tests.practice.rooms import leave, meet, stored, talk
from tests.store import rows

#: What each side does, in short: the client refuses or opens up; the trainee waits, reflects or asks.
TEXTS = {"refuses": "No.", "opens": "I do miss her.", "waits": SILENCE, "reflects": "You miss her.", "asks": "Why?"}
ACTS = {"refuses": "refuse", "opens": "open_up"}
CODES = {"waits": "other", "reflects": "simple_reflection", "asks": "closed_question"}


def said(*moves: str) -> Transcript:
    """A conversation of these moves, all coded for sure."""
    practice = rows.practice(rows.user())
    transcript = Transcript(practice, [])
    for position, move in enumerate(moves):
        turn = rows.turn(practice, position, TEXTS[move], id=position + 1)
        if move in ACTS:
            turn.speaker, turn.act = Speaker.CLIENT.value, ACTS[move]
        else:
            transcript.utterances[position + 1] = [_coded(turn, CODES[move])]
        transcript.turns.append(turn)
    return transcript


def _coded(turn: Turn, code: str) -> Utterance:
    return Utterance(
        id=turn.position, turn_id=turn.position + 1, ordinal=0, start=0, end=len(turn.text), code=code,
        probability=0.99, probabilities={code: 0.99},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "headline"),
    [
        (("refuses", "waits"), None),
        (("refuses", "waits", "opens"), None),
        (("refuses", "waits", "opens", "reflects"), 1.0),
        (("refuses", "waits", "refuses", "reflects"), 1.0),
        (("refuses", "waits", "refuses", "asks"), 0.0),
        (("refuses", "asks", "refuses", "waits", "opens", "reflects"), 0.5),
        (("opens", "waits", "opens", "asks"), None),
        (("waits",), None),
    ],
)
def test_the_next_words_answer_what_was_said_before_a_silence(moves: tuple[str, ...], headline: float | None) -> None:
    assert headline_of(rows_of(graded(said(*moves)))) == headline


@pytest.mark.parametrize("text", ["…", "...", " . . . ", "—", "(silence)", "(waits)"])
def test_silence_is_known_however_it_is_written(text: str) -> None:
    assert is_silence(text)


@pytest.mark.parametrize("text", ["Mm.", "Wait!", "?", "I'll wait.", "🙂"])
def test_words_are_no_silence(text: str) -> None:
    assert not is_silence(text)


def test_the_clients_dots_are_no_silence_of_the_trainees() -> None:
    practice = rows.practice(rows.user())
    assert not waits(rows.turn(practice, 0, "…", speaker=Speaker.CLIENT.value))


def test_a_silence_is_heard_as_one_and_shows_no_code(quick: House, tom: User) -> None:
    begun = meet(quick, tom)
    taken = take_turn(quick, tom, begun.id, SILENCE, "turn-0001")
    assert (taken.waits, taken.codes) == (True, [])
    again = take_turn(quick, tom, begun.id, SILENCE, "turn-0001")
    assert (again.waits, again.codes, again.repeated) == (True, [], True)
    turn = stored(quick, begun.id)[1]
    assert turn.primary == "other"
    assert turn.state["outcome"] in ("room", "cooling", "uneasy", "stand_off", "plain")
    shown = rooms.room(quick, tom, begun.id).turns[1]
    assert (shown.waits, shown.codes, shown.text) == (True, [], SILENCE)


def test_a_report_with_silences_points_at_the_right_turns(quick: House, tom: User) -> None:
    begun = meet(quick, tom)
    talk(quick, tom, begun.id, SILENCE, "You should stop.", SILENCE, "You feel picked on.", "You should try.")
    leave(quick, tom, begun.id)
    report = reports.report(quick, tom, begun.id)
    by_position = {turn.position: turn for turn in report.transcript}
    for item in (*report.well, *report.try_next):
        assert item.quote in by_position[item.turn_position].text
    for technique in report.coverage:
        for quote in technique.quotes:
            assert quote.text in by_position[quote.turn_position].text
    for answer in report.answers:
        assert by_position[answer.position].text == answer.client_text
        assert answer.trainee_text != SILENCE
    assert [point.codes for point in report.timeline if point.position in (1, 5)] == [["Waiting"], ["Waiting"]]
    assert [turn.position for turn in report.transcript if turn.waits] == [1, 5]
