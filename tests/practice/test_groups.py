"""A session with a group: the same guarantees as with one client, on both databases."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from sqlmodel import select

from app.client.group import Cast
from app.practice import accounts, report, review, rooms, sessions, turns, versions
from app.practice.errors import Conflict, Invalid
from app.practice.export import export_rows, flat
from app.practice.group_talk import GroupConversation
from app.practice.house import House
from app.practice.turns import Done
from app.practice.versions import Parsed, client_of
from app.store.tables import PersonaVersion, PracticeSession, Role, Turn, User
from tests.practice.rooms import PASSWORD, held, stored

GROUP, RAY, DENNIS, LONNIE = "thursday-group", "ray-drink-driving", "dennis-anger", "lonnie-silent"


@pytest.fixture
def room(quick: House, tom: User) -> uuid.UUID:
    """A running session with the group."""
    return sessions.start(quick, tom, GROUP, uuid.uuid4().hex)


def take(house: House, user: User, room: uuid.UUID, text: str, to: str = "") -> turns.TakenTurn:
    return turns.take_turn(house, user, room, text, uuid.uuid4().hex, to)


def answer(house: House, user: User, room: uuid.UUID, turn_id: int) -> Done:
    async def last() -> turns.ReplyEvent:
        return [event async for event in turns.reply(house, user, room, turn_id)][-1]

    done = asyncio.run(last())
    assert isinstance(done, Done), done
    return done


def say(house: House, user: User, room: uuid.UUID, text: str, to: str = "") -> Done:
    return answer(house, user, room, take(house, user, room, text, to).turn_id)


def test_the_group_opens_and_the_version_is_the_whole_cast(quick: House, tom: User, room: uuid.UUID) -> None:
    versions._parsed = Parsed()
    with quick.database.read() as session:
        version = session.exec(select(PersonaVersion)).one()
        read = client_of(session, held(quick, room))
    assert (version.persona_id, version.name) == (GROUP, "The Thursday group")
    assert isinstance(read, Cast)
    assert read == quick.groups[GROUP]
    (opening,) = stored(quick, room)
    assert opening.parts
    assert opening.text == "\n".join(f"{part['name']}: {part['text']}" for part in opening.parts)
    view = rooms.room(quick, tom, room)
    assert view.card.title == "The Thursday group"
    assert [member.called for member in view.card.members] == ["Ray", "Dennis", "Lonnie"]
    assert len({member.tone for member in view.card.members}) == 3


def test_a_turn_to_all_is_one_row_with_its_parts(quick: House, tom: User, room: uuid.UUID) -> None:
    taken = take(quick, tom, room, "What do you all think?")
    assert taken.to == ()
    done = answer(quick, tom, room, taken.turn_id)
    _, asked, said = stored(quick, room)
    assert (asked.plan or {})["to"] == [RAY, DENNIS, LONNIE]
    assert said.answers_id == asked.id
    parts = said.parts or []
    assert 1 <= len(parts) <= 3
    assert {"member", "name", "text", "act", "stance", "fact", "source", "talk"} <= set(parts[0])
    assert said.text == done.turn.text == "\n".join(f"{part['name']}: {part['text']}" for part in parts)
    assert said.act in {part["act"] for part in parts if part["stance"] == min_stance(parts)}
    assert {"collaboration", "states", "resistance"} <= set(said.state)
    assert [part.name for part in done.turn.parts] == [part["name"] for part in parts]


def min_stance(parts: list[dict[str, object]]) -> str:
    return min((str(part["stance"]) for part in parts), key=["sustain", "neutral", "change"].index)


@pytest.mark.parametrize("to", ["Dennis", DENNIS])
def test_a_turn_to_one_is_answered_by_that_one(quick: House, tom: User, room: uuid.UUID, to: str) -> None:
    taken = take(quick, tom, room, "What happened there?", to)
    assert taken.to == ("Dennis",)
    assert "Dennis" in {part.name for part in answer(quick, tom, room, taken.turn_id).turn.parts}
    assert rooms.room(quick, tom, room).turns[1].to == ("Dennis",)
    named = take(quick, tom, room, "Lonnie, how is that for you?")
    assert named.to == ("Lonnie",)


def test_a_wrong_name_is_told_and_stores_nothing(quick: House, tom: User, room: uuid.UUID) -> None:
    with pytest.raises(Invalid, match=r"'Walter'.*Ray.*Dennis.*Lonnie") as wrong:
        take(quick, tom, room, "Hello.", "Walter")
    assert wrong.value.field == "to"
    assert len(stored(quick, room)) == 1
    alone = sessions.start(quick, tom, RAY, uuid.uuid4().hex)
    with pytest.raises(Invalid, match="Ray is alone") as nobody:
        take(quick, tom, alone, "Hello.", "Dennis")
    assert nobody.value.field == "to"


def test_who_has_left_cannot_be_spoken_to(quick: House, tom: User, room: uuid.UUID) -> None:
    with quick.database.write() as session:
        last = session.exec(select(Turn)).one()
        last.state = last.state | {"gone": [DENNIS]}
    with pytest.raises(Invalid, match=r"'Dennis'.*Ray.*Lonnie"):
        take(quick, tom, room, "Hello.", "Dennis")
    assert rooms.room(quick, tom, room).gone == (DENNIS,)
    assert take(quick, tom, room, "What do you all think?").to == ()


def test_a_reply_cut_off_is_made_again_from_the_rows_and_is_the_same(quick: House, tom: User, room: uuid.UUID) -> None:
    say(quick, tom, room, "What do you all think?")
    turn = take(quick, tom, room, "You feel picked on.", "Ray")

    async def crash() -> None:
        stream = turns.reply(quick, tom, room, turn.turn_id)
        await anext(stream)
        await stream.aclose()

    asyncio.run(crash())
    with pytest.raises(Conflict, match="The Thursday group has not answered"):
        take(quick, tom, room, "Another.")
    versions._parsed = Parsed()
    first = answer(quick, tom, room, turn.turn_id)
    with quick.database.write() as session:
        session.delete(session.get_one(Turn, first.turn.id))
    assert answer(quick, tom, room, turn.turn_id).turn.text == first.turn.text
    assert answer(quick, tom, room, turn.turn_id).turn.text == first.turn.text
    assert len(stored(quick, room)) == 5


def test_the_same_browser_id_again_changes_nothing(quick: House, tom: User, room: uuid.UUID) -> None:
    first, again = (
        turns.take_turn(quick, tom, room, "What happened?", "double-click", "Dennis") for _ in range(2)
    )  # fmt: skip
    assert again.repeated
    assert (first.turn_id, first.to) == (again.turn_id, again.to)


def test_the_room_says_what_the_terminal_says(quick: House, tom: User, room: uuid.UUID) -> None:
    talk = GroupConversation(quick.groups[GROUP], quick.coder, quick.actor, held(quick, room).seed)
    assert stored(quick, room)[0].text == talk.opening
    for text in ("You feel picked on.", "Dennis, what happened?", "You should all stop.", "Ray, is that so?"):
        talk.take(text)
        said = asyncio.run(talk.reply())
        assert say(quick, tom, room, text).turn.text == said.spoken.text
        assert stored(quick, room)[-1].state == said.group.as_dict()


def test_who_presses_on_is_left_alone(quick: House, tom: User, room: uuid.UUID) -> None:
    ended = False
    for number in range(60):
        done = say(quick, tom, room, f"You are all drunk. You should be ashamed, number {number}.")
        if ended := done.ended:
            break
    assert ended
    assert done.end_reason == "walked_out"
    assert set(done.turn.gone) >= {RAY, DENNIS}
    assert held(quick, room).headline == 0


def test_report_review_and_export_name_who_spoke(quick: House, tom: User, room: uuid.UUID) -> None:
    irma = accounts.add_user(quick.database, username="irma", name="Irma", password=PASSWORD, role=Role.ADMIN)
    say(quick, tom, room, "You feel picked on, all of you.")
    say(quick, tom, room, "You should stop.", "Dennis")
    sessions.end(quick, tom, room)
    rows = stored(quick, room)
    assert rows[-1].act == "farewell"
    assert rows[-1].parts
    found = report.report(quick, tom, room)
    assert (found.called, found.row.persona_name) == ("the group", "The Thursday group")
    assert found.transcript[3].to == ("Dennis",)
    assert [part.name for part in found.transcript[2].parts] == [part["name"] for part in rows[2].parts or ()]
    desk = review.review(quick, irma, room)
    assert [part.said.name for part in desk.turns[2].parts] == [part["name"] for part in rows[2].parts or ()]
    assert all(part.act_label and part.talk for part in desk.turns[2].parts)
    exported = list(export_rows(quick.database))
    assert exported[3]["to"] == [DENNIS]
    assert exported[2]["parts"] == rows[2].parts
    assert flat(exported[2])["text"] == rows[2].text


def test_an_unanswered_turn_is_answered_by_the_goodbye(quick: House, tom: User, room: uuid.UUID) -> None:
    turn = take(quick, tom, room, "What happened?")
    sessions.end(quick, tom, room)
    assert stored(quick, room)[-1].answers_id == turn.turn_id


def test_a_group_carries_nothing_to_the_next_session(quick: House, tom: User, room: uuid.UUID) -> None:
    say(quick, tom, room, "You should all stop.")
    sessions.end(quick, tom, room)
    assert sessions.acquaintance(quick, tom, GROUP) is None
    again = held(quick, sessions.start(quick, tom, GROUP, uuid.uuid4().hex))
    assert again.memory is None
    assert stored(quick, again.id)[0].state["turns"] == 0
    with quick.database.read() as session:
        assert len(session.exec(select(PracticeSession)).all()) == 2
        assert len(session.exec(select(PersonaVersion)).all()) == 1
