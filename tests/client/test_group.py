"""A group: who is spoken to, what a turn does to the room, who answers and who chimes in."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

import pytest

from app.client.actor import Actor
from app.client.acts import ACTS, Stance
from app.client.ensemble import (
    Part,
    acts_of,
    composite,
    hear_group,
    history_for,
    most_resistant,
    recently,
    said_by,
    scene,
    speak_group,
)
from app.client.group import CHIMES, Cast
from app.client.group_address import Address, address, to_one
from app.client.group_loading import load_group
from app.client.group_plan import (
    MOST_PARTS,
    PartPlan,
    chime_odds,
    plan_group,
    plans_as_list,
    plans_from_list,
)
from app.client.group_state import GroupState, after_parts, next_group_state, over, start_group
from app.client.heard import Heard, Said
from app.client.plan import Plan
from app.resources import PERSONAS_DIR
from tests.client.helpers import even_judge, heard
from tests.support.engines import ScriptedEngine

RAY, DENNIS, LONNIE = "ray-drink-driving", "dennis-anger", "lonnie-silent"
ALL = Address((RAY, DENNIS, LONNIE))
RECENT = [(DENNIS, "Nothing moves on nights unless somebody shouts."), (RAY, "That deputy made an example of me.")]


@cache
def thursday() -> Cast:
    return load_group(PERSONAS_DIR / "groups" / "thursday-group.yaml", [PERSONAS_DIR])


def to(*members: str) -> Address:
    return Address(members)


def everyone(turn: Heard) -> dict[str, Heard]:
    return dict.fromkeys((RAY, DENNIS, LONNIE), turn)


def moved(state: GroupState, turn: Heard, whom: Address, recent: Sequence[tuple[str, str]] = ()) -> GroupState:
    return next_group_state(state, thursday(), everyone(turn), whom, recent)


def part(member: str, act: str, text: str = "Words.") -> Part:
    return Part(member, thursday().names[member], text, act, ACTS[act].stance, None, "authored")


def answering(act: str, member: str = RAY) -> PartPlan:
    return PartPlan(member, Plan(act, str(ACTS[act].stance), None, (), "early", 1))


START = start_group(thursday())
DIVIDED, TOGETHER = replace(START, collaboration=0.05), replace(START, collaboration=0.9)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("Ray, what happened?", [RAY]),
        ("What about you, Dennis?", [DENNIS]),
        ("So Den, how was that?", [DENNIS]),
        ("Mr. Kovach, may I ask something?", [RAY]),
        ("Lonnie?", [LONNIE]),
        ("Dennis, what do you make of what Ray said?", [DENNIS]),
        ("Ray said he was made an example of. Dennis, how is that for you?", [DENNIS]),
        ("I wonder how that was for Lonnie.", [LONNIE]),
        ("Ray and Dennis, you both feel sent.", [RAY, DENNIS]),
        ("You two are in this together.", [RAY, DENNIS]),
        ("What do the rest of you think?", [DENNIS, LONNIE]),
        ("How do the others see what Dennis said?", [RAY, LONNIE]),
        ("Anybody else?", [DENNIS, LONNIE]),
        ("Good evening, everybody.", [RAY, DENNIS, LONNIE]),
        ("What shall we do with the time?", [RAY, DENNIS, LONNIE]),
        ("You feel he made an example of you, that deputy.", [RAY]),
        ("a ray of light in the den", [RAY, DENNIS, LONNIE]),
        ("ray, what happened", [RAY]),
    ],
)
def test_who_is_spoken_to(text: str, whom: list[str]) -> None:
    assert list(address(text, thursday(), recent=RECENT).to) == whom


def test_who_has_left_is_not_spoken_to_and_one_can_be_picked() -> None:
    assert address("Ray, wait.", thursday(), (DENNIS, LONNIE)).to == (DENNIS, LONNIE)
    assert to_one(DENNIS, thursday()).one == DENNIS
    with pytest.raises(ValueError, match="not in this group"):
        to_one("walter-diabetes", thursday())


def test_the_called_hears_a_turn_without_the_name_and_all_of_it() -> None:
    turns = hear_group("Ray, what happened that night?", ["open_question"], thursday(), (RAY, DENNIS), [])
    assert turns[RAY].text == "what happened that night?"
    assert turns[DENNIS].text.startswith("Ray")
    turn = heard("x", "complex_reflection", reflected=Stance.CHANGE)
    after = moved(START, turn, to(RAY))
    gains = {member: after.states[member].trust - START.states[member].trust for member in START.states}
    assert gains[RAY] > gains[DENNIS] > 0
    assert gains[RAY] > gains[LONNIE] > 0


def test_pressure_on_one_unites_them() -> None:
    after = moved(START, heard("You must stop.", "confront"), to(DENNIS))
    assert after.collaboration < START.collaboration
    assert after.states[DENNIS].resistance > START.states[DENNIS].resistance
    alone = moved(START, heard("You must stop.", "confront"), to(LONNIE))
    rallied, stood_by = after.states[RAY].resistance, alone.states[RAY].resistance
    assert rallied > stood_by > START.states[RAY].resistance, "who eggs on rallies more than who only stands by"
    assert moved(START, heard("You must all stop.", "confront"), ALL).collaboration < after.collaboration


def test_linking_inviting_and_choices_bring_the_room_together() -> None:
    reflection = heard("Ray and Dennis, both of you were judged.", "complex_reflection")
    one = moved(START, reflection, to(RAY)).collaboration
    linked = moved(START, reflection, Address((RAY, DENNIS), (RAY, DENNIS))).collaboration
    by_words = moved(
        START, heard("That deputy made an example, and nothing moves on nights.", "summary"), ALL, RECENT
    ).collaboration
    invited = moved(START, heard("Who else?", "open_question"), Address((DENNIS, LONNIE), invites=True)).collaboration
    chosen = moved(START, heard("We could start with work or home.", "offer_choices"), ALL).collaboration
    assert one == START.collaboration
    assert min(linked, by_words, invited, chosen) > START.collaboration


def test_only_ever_speaking_to_one_tires_the_room() -> None:
    state = START
    for _ in range(4):
        state = moved(state, heard("And?", "open_question"), to(RAY))
    assert (state.focus, state.focused) == (RAY, 4)
    assert state.collaboration < START.collaboration


def test_talk_is_catching_in_its_own_kind_of_room() -> None:
    sustain, change = [part(RAY, "blame")], [part(RAY, "commitment")]

    def of_dennis(state: GroupState, parts: list[Part]) -> float:
        return after_parts(state, thursday(), parts).states[DENNIS].resistance - state.states[DENNIS].resistance

    assert of_dennis(DIVIDED, sustain) > of_dennis(TOGETHER, sustain) > 0
    assert of_dennis(TOGETHER, change) < of_dennis(DIVIDED, change) < 0

    def follows(room: GroupState, stance: Stance) -> float:
        last = replace(room, last=RAY, stance=stance)
        plans = [plan_group(last, thursday(), everyone(heard()), to(DENNIS), {}, seed) for seed in range(300)]
        said = Counter(part.plan.stance for plan in plans for part in plan if part.member == DENNIS)
        return said[stance] / said.total()

    assert follows(DIVIDED, Stance.SUSTAIN) > follows(TOGETHER, Stance.SUSTAIN)
    assert follows(TOGETHER, Stance.CHANGE) > follows(DIVIDED, Stance.CHANGE)


def test_a_state_is_json_and_reads_as_one_client_too() -> None:
    state = after_parts(moved(START, heard(), to(LONNIE)), thursday(), [part(RAY, "walk_out"), part(DENNIS, "joke")])
    stored = json.loads(json.dumps(state.as_dict()))
    assert GroupState.from_dict(stored) == state
    assert GroupState.from_dict(stored | {"unknown": 1}) == state
    assert stored["resistance"] == state.middle.resistance
    assert state.gone == (RAY,)
    assert (state.present, state.last) == ((DENNIS, LONNIE), DENNIS)
    assert state.silent_for(LONNIE) == 1
    assert not over(state, thursday())
    assert over(after_parts(state, thursday(), [part(DENNIS, "walk_out")]), thursday())


def test_one_to_three_parts_of_which_the_called_one_answers() -> None:
    kinds, sizes = Counter[str | None](), Counter[int]()
    for seed in range(400):
        turn = heard("You have to stop.", ("confront", "open_question", "complex_reflection")[seed % 3])
        plan = plan_group(DIVIDED, thursday(), everyone(turn), to(DENNIS), {}, seed)
        assert plan == plan_group(DIVIDED, thursday(), everyone(turn), to(DENNIS), {}, seed)
        assert plans_from_list(json.loads(json.dumps(plans_as_list(plan)))) == plan
        assert len({part.member for part in plan}) == len(plan) <= MOST_PARTS
        assert [part.member for part in plan if part.on is None] == [DENNIS]
        sizes[len(plan)] += 1
        kinds.update(part.kind for part in plan)
    assert set(sizes) == {1, 2, 3}
    assert set(kinds) >= {"agree", "egg_on", "defend_other", "side_remark", "interrupt", None}


def test_who_was_not_heard_for_long_answers_all_and_the_silent_one_nearly_never_does() -> None:
    def mains(state: GroupState) -> Counter[str]:
        plans = [plan_group(state, thursday(), everyone(heard()), ALL, {}, seed) for seed in range(400)]
        return Counter(part.member for plan in plans for part in plan if part.on is None)

    usual = mains(replace(START, last=RAY))
    waited = mains(replace(START, last=RAY, quiet={RAY: 0, DENNIS: 4, LONNIE: 4}))
    assert 0 < usual[LONNIE] < 20
    assert waited[DENNIS] > usual[DENNIS]


def test_the_room_decides_between_turning_on_and_backing_up() -> None:
    opened = answering("open_up")
    low, high = (chime_odds(DENNIS, opened, room, thursday(), heard()) for room in (DIVIDED, TOGETHER))
    assert low["turn_on"] > low["back_up_change"] == 0
    assert high["back_up_change"] > high["turn_on"] == 0
    low, high = (chime_odds(DENNIS, answering("deny"), room, thursday(), heard()) for room in (DIVIDED, TOGETHER))
    assert low["egg_on"] > high["egg_on"]
    assert low["agree"] > high["agree"]
    with_bond = chime_odds(RAY, answering("deny", DENNIS), DIVIDED, thursday(), heard())
    without = chime_odds(DENNIS, answering("deny", LONNIE), DIVIDED, thursday(), heard())
    assert with_bond["egg_on"] > without["egg_on"]
    pressed = chime_odds(RAY, answering("deny", DENNIS), DIVIDED, thursday(), heard("x", "confront"))
    assert pressed["defend_other"] > 0.5


def test_the_silent_one_is_coaxed_only_gently_and_directly() -> None:
    gentle, pushed = heard("No hurry.", "emphasize_autonomy"), heard("Speak up.", "confront")
    state = START
    for _ in range(3):
        state = moved(state, gentle, to(LONNIE))
    assert state.coaxing(LONNIE) == 3
    assert moved(state, gentle, ALL).coaxing(LONNIE) == 3
    assert moved(state, pushed, to(RAY)).coaxing(LONNIE) == 1
    assert moved(state, pushed, to(LONNIE)).coaxing(LONNIE) == 0
    assert moved(state, heard("Is it?", "closed_question"), to(LONNIE)).coaxing(LONNIE) == 3

    def words(room: GroupState, turn: Heard) -> int:
        plans = [plan_group(room, thursday(), everyone(turn), to(LONNIE), {}, seed) for seed in range(100)]
        return sum(not part.wordless for plan in plans for part in plan if part.member == LONNIE)

    assert words(START, gentle) == 0
    assert words(state, gentle) > 20
    assert words(state, pushed) == 0
    assert after_parts(state, thursday(), [part(LONNIE, "hedge")]).coaxing(LONNIE) == 1


def spoken(plan: Sequence[PartPlan], turns: Mapping[str, Heard], history: Sequence[Said]) -> tuple[Part, ...]:
    actor = Actor(ScriptedEngine(), even_judge, 0)
    return asyncio.run(speak_group(actor, thursday(), plan, START, turns, history))


def test_each_speaks_in_their_own_words_and_nobody_repeats_another() -> None:
    state, history = START, list[Said]()
    turns = ["Good evening.", "Ray, what happened?", "Dennis, you must stop that.", "You two agree.", "Lonnie?", "…"]
    codes = ["other", "open_question", "confront", "simple_reflection", "open_question", "other"]
    for number, (text, code) in enumerate(zip(turns * 6, codes * 6, strict=True)):
        whom = address(text, thursday(), recent=recently(history))
        hears = hear_group(text, [code], thursday(), state.present, history)
        plan = plan_group(replace(state, collaboration=0.1), thursday(), hears, whom, acts_of(history), number)
        parts = spoken(plan, hears, history)
        assert [part.member for part in parts] == [part.member for part in plan]
        for said in parts:
            if said.kind:
                lines = thursday().group.lines[said.member][said.kind]
                filled = {line.text.replace("{name}", thursday().names[said.on or ""]) for line in lines}
                assert said.text in filled
                assert said.act == CHIMES[said.kind].act
        history += [Said("counsellor", text), *said_by(parts)]
    words = [(said.speaker, said.text) for said in history if said.speaker in (RAY, DENNIS) and said.act != "silent"]
    by_text = Counter(text for text, _ in {(text, speaker) for speaker, text in words})
    assert max(by_text.values()) == 1, "two people said the same"
    lonnie = [said for said in history if said.speaker == LONNIE]
    assert lonnie
    assert all(said.text.startswith("(") or said.text.startswith("…") for said in lonnie)


def test_from_each_chair_the_conversation_has_one_client() -> None:
    history = [Said("counsellor", "Well?"), *said_by([part(RAY, "joke", "Ha."), part(DENNIS, "blame", "No.")])]
    ray = history_for(RAY, history, thursday())
    assert [(said.speaker, said.text) for said in ray] == [
        ("counsellor", "Well?"),
        ("client", "Ha."),
        ("other", "Dennis: No."),
    ]
    assert recently(history) == [(RAY, "Ha."), (DENNIS, "No.")]
    assert acts_of(history) == {RAY: ["joke"], DENNIS: ["blame"]}


def test_the_most_resistant_part_stands_for_the_whole() -> None:
    parts = (part(RAY, "commitment"), part(LONNIE, "silent", "(nods)"), part(DENNIS, "joke"))
    assert most_resistant(parts).member == DENNIS
    assert most_resistant((*parts, part(RAY, "deny"))).act == "deny"
    assert most_resistant(parts[1:2]).wordless
    assert composite(parts[:2]) == "Ray: Words.\nLonnie: (nods)"


def test_openings_and_farewells_are_of_those_present() -> None:
    for seed in range(30):
        for which in ("openings", "farewells"):
            parts = scene(thursday(), which, seed, (DENNIS, LONNIE))
            assert parts
            assert RAY not in {part.member for part in parts}
