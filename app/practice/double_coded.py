"""What people coded by hand, read back: agreement over one session and over all double-coded sessions of a class."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.i18n import gettext as _
from app.practice.accounts import require_instructor
from app.practice.agreement import Agreed, Codes, PairAgreement, alpha, differing, pairs
from app.practice.blind import stay_blind
from app.practice.errors import NotFound
from app.practice.filters import classes_seen
from app.practice.house import House
from app.practice.review import reviewable
from app.store.tables import CodedByHand, Coding, Membership, PracticeSession, Turn, User, Utterance

#: The id of the model among the raters.
MODEL = "model"
#: So many disagreements are listed.
MOST = 200


@dataclass(frozen=True)
class Disagreement:
    """An utterance that raters coded differently; `codes` by rater."""

    utterance_id: int
    session_id: uuid.UUID
    turn: int
    text: str
    codes: dict[str, str]


@dataclass(frozen=True)
class AgreementView:
    """Agreement of people with each other and with the model. `names` by rater; the model is one of them.

    `between_people` comes first: what the model reaches is to be read beside it. `left`: disagreements not listed.
    """

    title: str
    sessions: int
    utterances: int
    names: dict[str, str]
    between_people: Agreed
    with_model: Agreed
    pairs: list[PairAgreement]
    disagreements: list[Disagreement]
    left: int


@dataclass(frozen=True)
class ClassAgreement:
    """A class with the number of its sessions that two people or more have coded by hand."""

    id: uuid.UUID
    name: str
    sessions: int


def of_session(house: House, reviewer: User, session_id: uuid.UUID) -> AgreementView:
    """Agreement over one session. Raises NotAllowed, NotFound, and Conflict while one's own coding is open."""
    with house.database.read() as session:
        reviewable(session, reviewer, session_id)
        stay_blind(session, reviewer, session_id)
        return _view(session, "", [session_id])


def of_class(house: House, reviewer: User, class_id: uuid.UUID) -> AgreementView:
    """Agreement over a class's double-coded sessions, but for those one is still coding. Raises NotFound."""
    require_instructor(reviewer)
    with house.database.read() as session:
        classes = classes_seen(session, reviewer)
        if class_id not in classes:
            raise NotFound(_("There is no such class of yours."))
        return _view(session, classes[class_id], _double_coded(session, reviewer, class_id))


def classes(house: House, reviewer: User) -> list[ClassAgreement]:
    """The classes one sees that have double-coded sessions. Raises NotAllowed."""
    require_instructor(reviewer)
    with house.database.read() as session:
        found = [
            ClassAgreement(one, name, len(_double_coded(session, reviewer, one)))
            for one, name in classes_seen(session, reviewer).items()
        ]
    return [one for one in found if one.sessions]


def _double_coded(session: Session, reviewer: User, class_id: uuid.UUID) -> list[uuid.UUID]:
    """Sessions of a class with two finished codings or more, and none of the reader's own that is open."""
    query = (
        select(Coding.session_id, Coding.coder_id, Coding.finished_at)
        .join(PracticeSession, col(PracticeSession.id) == col(Coding.session_id))
        .join(Membership, col(Membership.user_id) == col(PracticeSession.user_id))
        .where(Membership.classroom_id == class_id)
        .order_by(col(PracticeSession.started_at))
    )
    finished: dict[uuid.UUID, int] = {}
    hidden = set()
    for session_id, coder_id, finished_at in session.exec(query):
        finished[session_id] = finished.get(session_id, 0) + (finished_at is not None)
        if finished_at is None and coder_id == reviewer.id:
            hidden.add(session_id)
    return [found for found, count in finished.items() if count > 1 and found not in hidden]


def _view(session: Session, title: str, session_ids: Sequence[uuid.UUID]) -> AgreementView:
    names, people = _people(session, session_ids)
    said = _utterances(session, {item for codes in people.values() for item in codes})
    raters: dict[str, Codes] = {**people, MODEL: {item: utterance.code for item, (utterance, _turn) in said.items()}}
    apart = list(differing(raters))
    return AgreementView(
        title,
        len(session_ids),
        len(said),
        {**names, MODEL: _("The model")},
        alpha(people),
        alpha(raters),
        pairs(raters),
        [_disagreement(item, said[item], raters) for item in apart[:MOST]],
        max(0, len(apart) - MOST),
    )


def _people(session: Session, session_ids: Sequence[uuid.UUID]) -> tuple[dict[str, str], dict[str, dict[int, str]]]:
    """Who finished a coding of these sessions, by id, and their codes by utterance."""
    query = (
        select(Coding.coder_id, User.name, CodedByHand.utterance_id, CodedByHand.code)
        .join(Coding, col(Coding.id) == col(CodedByHand.coding_id))
        .join(User, col(User.id) == col(Coding.coder_id))
        .where(col(Coding.session_id).in_(session_ids), col(Coding.finished_at).is_not(None))
        .order_by(User.name, col(Coding.coder_id), col(CodedByHand.utterance_id))
    )
    names: dict[str, str] = {}
    codes: dict[str, dict[int, str]] = {}
    for coder_id, name, utterance_id, code in session.exec(query):
        names[str(coder_id)] = name
        codes.setdefault(str(coder_id), {})[utterance_id] = code
    return names, codes


def _utterances(session: Session, ids: set[int]) -> dict[int, tuple[Utterance, Turn]]:
    query = select(Utterance, Turn).join(Turn, col(Turn.id) == col(Utterance.turn_id))
    found = session.exec(query.where(col(Utterance.id).in_(ids))).all()
    return {utterance.id or 0: (utterance, turn) for utterance, turn in found}


def _disagreement(item: int, said: tuple[Utterance, Turn], raters: dict[str, Codes]) -> Disagreement:
    utterance, turn = said
    text = turn.text[utterance.start : utterance.end]
    codes = {rater: found[item] for rater, found in raters.items() if item in found}
    return Disagreement(item, turn.session_id, turn.position + 1, text, codes)


__all__ = ["MODEL", "AgreementView", "ClassAgreement", "Disagreement", "classes", "of_class", "of_session"]
