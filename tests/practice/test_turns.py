"""One trainee turn: nothing lost, nothing doubled, whatever happens in between."""

from __future__ import annotations

import asyncio
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from app.llm.engine import EngineBusy, EngineError
from app.practice import rooms, sessions, turns
from app.practice.errors import Conflict, Invalid, NotFound, PracticeError, StorageFull
from app.practice.house import House
from app.practice.turns import Delta, Done, Failed, ReplyEvent, Working
from app.store.queries import turns_of
from app.store.tables import PracticeSession, Turn, User, Utterance
from tests.support.engines import ScriptedEngine

pytestmark = pytest.mark.model


def say(house: House, user: User, session_id: uuid.UUID, text: str, browser_id: str | None = None) -> turns.TakenTurn:
    return turns.take_turn(house, user, session_id, text, browser_id or uuid.uuid4().hex)


def answer(house: House, user: User, session_id: uuid.UUID, turn_id: int) -> list[ReplyEvent]:
    async def collect() -> list[ReplyEvent]:
        return [event async for event in turns.reply(house, user, session_id, turn_id)]

    return asyncio.run(collect())


def exchange(house: House, user: User, session_id: uuid.UUID, text: str) -> Done:
    done = answer(house, user, session_id, say(house, user, session_id, text).turn_id)[-1]
    assert isinstance(done, Done)
    return done


def stored(house: House, session_id: uuid.UUID) -> list[Turn]:
    with house.database.read() as session:
        return turns_of(session, session_id)


def test_a_turn_is_coded_stored_and_answered(house: House, trainee: User, session_id: uuid.UUID) -> None:
    taken = say(house, trainee, session_id, "That deputy got under your skin. What happened that night?")
    assert not taken.repeated
    assert {"open_question"} <= {view.code for view in taken.codes}
    assert all(view.quote == taken.text[view.start : view.end] for view in taken.codes)
    events = answer(house, trainee, session_id, taken.turn_id)
    assert isinstance(events[0], Working)
    done = events[-1]
    assert isinstance(done, Done)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == done.turn.text
    opening, turn, reply = stored(house, session_id)
    assert (opening.position, turn.position, reply.position) == (0, 1, 2)
    assert reply.answers_id == turn.id
    assert reply.source in ("authored", "bank")
    assert turn.plan
    assert reply.talk
    assert reply.candidates


def test_the_same_browser_id_again_changes_nothing(house: House, trainee: User, session_id: uuid.UUID) -> None:
    first = say(house, trainee, session_id, "What happened?", "double-click")
    again = say(house, trainee, session_id, "What happened?", "double-click")
    assert again.repeated
    assert again.turn_id == first.turn_id
    assert [view.code for view in again.codes] == [view.code for view in first.codes]
    answer(house, trainee, session_id, first.turn_id)
    assert say(house, trainee, session_id, "What happened?", "double-click").repeated
    assert len(stored(house, session_id)) == 3


def test_twenty_double_clicks_at_once_store_one_turn(house: House, trainee: User, session_id: uuid.UUID) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: say(house, trainee, session_id, "What happened?", "same-id-0"), range(20)))
    assert len({turn.turn_id for turn in taken}) == 1
    assert sum(not turn.repeated for turn in taken) == 1
    assert len(stored(house, session_id)) == 2


def test_two_tabs_at_once_store_one_turn_and_tell_the_other(house: House, trainee: User, session_id: uuid.UUID) -> None:
    def send(number: int) -> str:
        try:
            say(house, trainee, session_id, f"From tab {number}?")
        except Conflict as conflict:
            return conflict.message
        return "stored"

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(send, range(4)))
    assert outcomes.count("stored") == 1
    assert all("answered" in outcome or "another tab" in outcome for outcome in outcomes if outcome != "stored")
    assert len(stored(house, session_id)) == 2


def test_two_pages_waiting_for_the_same_reply_get_the_same_one(
    house: House, trainee: User, session_id: uuid.UUID
) -> None:
    turn = say(house, trainee, session_id, "What happened?")

    async def both() -> list[list[ReplyEvent]]:
        async def collect() -> list[ReplyEvent]:
            return [event async for event in turns.reply(house, trainee, session_id, turn.turn_id)]

        return list(await asyncio.gather(collect(), collect(), collect()))

    texts = {done.turn.text for events in asyncio.run(both()) for done in events if isinstance(done, Done)}
    assert len(texts) == 1
    assert len(stored(house, session_id)) == 3


def test_a_reply_cut_off_is_made_again_and_is_the_same(house: House, trainee: User, session_id: uuid.UUID) -> None:
    turn = say(house, trainee, session_id, "What happened?")

    async def leave_at_once() -> None:
        stream = turns.reply(house, trainee, session_id, turn.turn_id)
        assert isinstance(await anext(stream), Working)
        await stream.aclose()

    asyncio.run(leave_at_once())
    assert len(stored(house, session_id)) == 2
    assert rooms.room(house, trainee, session_id).unanswered_turn_id == turn.turn_id
    first, second = (answer(house, trainee, session_id, turn.turn_id)[-1] for _ in range(2))
    assert first == second
    assert rooms.room(house, trainee, session_id).unanswered_turn_id is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  And then?\r\n ", "And then?"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("<script>alert(1)</script> & “quotes”", "<script>alert(1)</script> & “quotes”"),
        ("😀 mm-hm 👩🏽‍⚕️", "😀 mm-hm 👩🏽‍⚕️"),
        ("مرحبا، كيف حالك؟", "مرحبا، كيف حالك؟"),
        ("e\u0301", "é"),
        ("…", "…"),
        ("\ud800 lone surrogate", "? lone surrogate"),
    ],
)
def test_any_text_is_stored_as_it_was_meant(
    house: House, trainee: User, session_id: uuid.UUID, text: str, kept: str
) -> None:
    turn = say(house, trainee, session_id, text)
    assert turn.text == kept
    assert isinstance(answer(house, trainee, session_id, turn.turn_id)[-1], Done)
    assert rooms.room(house, trainee, session_id).turns[1].text == kept


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01", "\u200b\u200b", "x" * 5000])
def test_nothing_and_too_much_are_refused_and_nothing_is_stored(
    house: House, trainee: User, session_id: uuid.UUID, text: str
) -> None:
    with pytest.raises(Invalid) as caught:
        say(house, trainee, session_id, text)
    assert caught.value.field == "text"
    assert len(stored(house, session_id)) == 1


@pytest.mark.parametrize("browser_id", ["", "short", "x" * 65, "ünïcödé-id", "with\nnewline"])
def test_a_malformed_browser_id_is_refused(house: House, trainee: User, session_id: uuid.UUID, browser_id: str) -> None:
    with pytest.raises(Invalid, match="browser_id"):
        turns.take_turn(house, trainee, session_id, "Hello", browser_id)


def test_no_second_turn_before_the_reply_and_none_after_the_end(
    house: House, trainee: User, session_id: uuid.UUID
) -> None:
    say(house, trainee, session_id, "What happened?")
    with pytest.raises(Conflict, match="has not answered"):
        say(house, trainee, session_id, "And then?")
    sessions.end(house, trainee, session_id)
    with pytest.raises(Conflict, match="has ended"):
        say(house, trainee, session_id, "One more thing.")


def test_ending_answers_the_turn_that_waits_with_a_goodbye(house: House, trainee: User, session_id: uuid.UUID) -> None:
    turn = say(house, trainee, session_id, "What happened?")
    sessions.end(house, trainee, session_id)
    sessions.end(house, trainee, session_id)
    last = stored(house, session_id)[-1]
    assert (last.act, last.answers_id) == ("farewell", turn.turn_id)
    assert len(stored(house, session_id)) == 3
    done = answer(house, trainee, session_id, turn.turn_id)[-1]
    assert isinstance(done, Done)
    assert done.ended


def test_nobody_elses_session(house: House, instructor: User, stranger: User, session_id: uuid.UUID) -> None:
    for user in (instructor, stranger):
        with pytest.raises(NotFound):
            say(house, user, session_id, "Hello")
        with pytest.raises(NotFound):
            rooms.room(house, user, session_id)
        with pytest.raises(NotFound):
            sessions.end(house, user, session_id)
        with pytest.raises(NotFound):
            answer(house, user, session_id, 2)


def test_a_client_pushed_hard_walks_out_and_the_session_is_over(
    house: House, trainee: User, session_id: uuid.UUID
) -> None:
    insults = [
        "You're a drunk and a liar, Ray, and you should be ashamed of yourself.",
        "Stop making excuses. You will kill somebody, and it will be your fault.",
        "You're in denial. You have to quit now or you go to jail, do you hear me?",
    ]
    for number in range(25):
        done = exchange(house, trainee, session_id, insults[number % 3])
        if done.ended:
            break
    assert done.end_reason == "walked_out"
    with pytest.raises(Conflict):
        say(house, trainee, session_id, "Wait, Ray!")
    with house.database.read() as session:
        practice = session.get(PracticeSession, session_id)
        assert practice is not None
        assert practice.headline is not None


def test_busy_is_told_with_a_time_and_the_turn_waits(house: House, trainee: User, session_id: uuid.UUID) -> None:
    engine = ScriptedEngine()
    engine.error = EngineBusy("the queue is full", 4.0)
    crowded = House(
        house.settings.model_copy(update={"candidates": 2}), house.database, engine, house.coder, house.personas
    )
    turn = say(crowded, trainee, session_id, "You feel that you had bad luck that night.")
    plan_can_be_written = answer(crowded, trainee, session_id, turn.turn_id)[-1]
    if isinstance(plan_can_be_written, Failed):
        assert plan_can_be_written.retry_after == 4.0
        assert len(stored(house, session_id)) == 2
    assert isinstance(answer(house, trainee, session_id, turn.turn_id)[-1], Done)


def test_an_engine_that_is_down_costs_the_candidates_not_the_turn(
    house: House, trainee: User, session_id: uuid.UUID
) -> None:
    engine = ScriptedEngine()
    engine.error = EngineError("http://127.0.0.1:9 does not answer")
    broken = House(
        house.settings.model_copy(update={"candidates": 2}), house.database, engine, house.coder, house.personas
    )
    turn = say(broken, trainee, session_id, "You feel that you had bad luck that night.")
    done = answer(broken, trainee, session_id, turn.turn_id)[-1]
    assert isinstance(done, Done)
    assert stored(house, session_id)[-1].source in ("authored", "bank")


def test_a_full_disk_is_told_and_nothing_is_half_stored(house: House, trainee: User, session_id: uuid.UUID) -> None:
    from sqlalchemy import event

    def small(connection, _):  # type: ignore[no-untyped-def]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(house.database.engine, "connect", small)
    house.database.engine.dispose()
    error: PracticeError | None = None
    try:
        for _ in range(40):
            exchange(house, trainee, session_id, "You feel that you had bad luck that night. " * 60)
    except (StorageFull, AssertionError) as caught:
        error = caught if isinstance(caught, StorageFull) else StorageFull("told as Failed")
    assert error is not None
    event.remove(house.database.engine, "connect", small)
    house.database.engine.dispose()
    rows = stored(house, session_id)
    assert [row.position for row in rows] == list(range(len(rows)))
    with house.database.read() as session:
        coded = set(session.exec(select(Utterance.turn_id)))
    assert {row.id for row in rows if row.speaker == "counsellor"} == coded
    waiting = rooms.room(house, trainee, session_id).unanswered_turn_id
    if waiting:
        assert isinstance(answer(house, trainee, session_id, waiting)[-1], Done)
    exchange(house, trainee, session_id, "Space again.")


@pytest.mark.parametrize("mode", ["coached", "plain", "exam"])
def test_what_the_trainee_sees_holds_no_secret(house: House, trainee: User, mode: str) -> None:
    session_id = sessions.start(house, trainee, "ray-drink-driving", "start-0002", mode=mode)
    exchange(house, trainee, session_id, "What happened that night?")
    seen = repr(rooms.room(house, trainee, session_id))
    persona = house.personas["ray-drink-driving"]
    for secret in ("reactance", "candidates", "plan", persona.sheet[:40]):
        assert secret not in seen
    # the client's state is for coached practice alone
    assert ("resistance" in seen) is (mode == "coached")
