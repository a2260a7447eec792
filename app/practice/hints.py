"""Hints: the room says one or two things to try here. The client hears nothing of it, and each one is counted."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from app.i18n import gettext as _
from app.practice.alternatives import Alternative, alternatives
from app.practice.errors import Conflict
from app.practice.faces import Client, face_of
from app.practice.headline import graded, rows_of
from app.practice.house import House
from app.practice.modes import goals, modes
from app.practice.sessions import check_browser_id, own_session
from app.practice.shifts import standing_of
from app.practice.storing import storing
from app.practice.versions import client_of
from app.practice.views import AsideView, aside_view
from app.scoring.advice import caution
from app.scoring.codes import FAMILIES
from app.scoring.situation import Situation, situation
from app.scoring.standing import Shift
from app.store.queries import Transcript, transcript_of
from app.store.tables import Aside, AsideKind, PracticeSession, Speaker, User, now

#: Techniques in one hint, and hints to be had in one place: a third would be a list to read out.
SHOWN, IN_ONE_PLACE = 2, 2


@dataclass(frozen=True)
class Hint:
    """A hint, how many were asked for in this session so far, and whether it is `new`."""

    aside: AsideView
    count: int
    new: bool


def hint(house: House, user: User, session_id: uuid.UUID, browser_id: str) -> Hint:
    """One or two things to try now; the same `browser_id` again changes nothing, nor does asking on and on.

    Raises Invalid, NotFound, Conflict (in an exam; after the end; while the client owes an answer).
    """
    check_browser_id(browser_id)
    with storing(house.database) as session:
        practice = own_session(session, user, session_id, lock=True)
        known = session.exec(
            select(Aside).where(Aside.session_id == practice.id, Aside.browser_id == browser_id)
        ).first()
        if known is not None:
            return Hint(aside_view(known), practice.hints, False)
        _check(practice)
        transcript = transcript_of(session, practice)
        if transcript.unanswered is not None:
            raise Conflict(_("Wait for the answer to your last turn, then ask for a hint."))
        return _given(session, transcript, client_of(session, practice), browser_id)


def _check(practice: PracticeSession) -> None:
    if practice.ended_at is not None:
        raise Conflict(_("This session has ended. The report says what else was possible."))
    if not modes()[practice.mode].hints:
        raise Conflict(_("There are no hints in an exam."))


def _given(session: Session, transcript: Transcript, client: Client, browser_id: str) -> Hint:
    practice, position = transcript.session, transcript.turns[-1].position
    before = [one for one in transcript.asides if one.kind == AsideKind.HINT and one.position == position]
    said = words_for(_situation(transcript, client), practice.goal, len(before))
    if before and (not said or len(before) >= IN_ONE_PLACE):
        return Hint(aside_view(before[-1]), practice.hints, False)
    aside = Aside(
        session_id=practice.id,
        position=position,
        kind=AsideKind.HINT.value,
        said=said,
        browser_id=browser_id,
        resumed_at=now(),
    )
    practice.hints += 1
    session.add_all((aside, practice))
    session.flush()
    return Hint(aside_view(aside), practice.hints, True)


def words_for(at: Situation, goal: str = "", again: int = 0) -> str:
    """What the room says: techniques that fit here with the reason, the goal of the day first where it fits.

    `again`: hints given in this place before; what they said is not said twice. Empty where nothing is left to say.
    """
    fits = _ordered(at, goal)
    shown = fits[SHOWN * again : SHOWN * (again + 1)]
    if not shown:
        return ""
    lines = ["• " + _("{technique}: {why}").format(technique=fit.label, why=fit.why) for fit in shown]
    if again:
        return "\n".join((_("Or else:"), *lines))
    warning = caution(at)
    said = "\n".join((_("One or two things to try here:"), *lines))
    return "\n\n".join((said, *_about_goal(fits, goal), *([warning] if warning else [])))


def _ordered(at: Situation, goal: str) -> list[Alternative]:
    """All that would answer this moment, best first; what is of the goal's family goes before."""
    best = alternatives(at)
    more = alternatives(at, used=[fit.code for fit in best])
    fits = list({fit.code: fit for fit in (*best, *more)}.values())
    wanted = FAMILIES.get(goal, ())
    return sorted(fits, key=lambda fit: fit.code not in wanted)


def _about_goal(fits: Sequence[Alternative], goal: str) -> list[str]:
    info = goals().get(goal)
    if info is None:
        return []
    fitting = any(fit.code in FAMILIES[goal] for fit in fits)
    if not fitting:
        return [_("Your goal today, {goal}, can wait: this is not the moment for it.").format(goal=_inside(info.label))]
    words = _("Your goal today fits here. {says} It may sound like this: {example}")
    return [words.format(says=info.says, example=info.example)]


def _inside(label: str) -> str:
    """A label in the middle of a sentence."""
    return label[:1].lower() + label[1:]


def _situation(transcript: Transcript, client: Client) -> Situation:
    """What the trainee's next turn answers."""
    face, last = face_of(client), transcript.turns[-1]
    rows = rows_of(graded(transcript))
    standing = standing_of(last.state)
    act = (last.act or "") if last.speaker == Speaker.CLIENT else ""
    shift = Shift(standing, standing, act, face.reactance)
    wavered = any(row.sure_talk == "change" for row in rows)
    return situation(rows, len(rows), name=face.called, shift=shift, both_sides=wavered)


__all__ = ["Hint", "hint", "words_for"]
