"""Small things that the client's tests share."""

from __future__ import annotations

from functools import cache

from app.client.heard import Heard
from app.client.loading import load_persona
from app.client.persona import Belief, ClosedTopic, Persona, Returning
from app.resources import PERSONAS_DIR


@cache
def ray() -> Persona:
    """The court-ordered client, who ships."""
    return load_persona(PERSONAS_DIR / "ray-drink-driving.yaml")


def _lines(what: str, count: int = 3) -> tuple[str, ...]:
    return tuple(f"{what} {number}." for number in range(1, count + 1))


BELIEF = Belief(
    id="handles",
    text="A man who works every day can handle his beer.",
    about=("drinking",),
    lines=_lines("I handle it"),
)
CLOSED = ClosedTopic(topic="past", opens_at=0.7, steers=_lines("Steer"), warns=_lines("Warn"), leaves=_lines("Leave"))
RETURNING = Returning(
    again=_lines("Again"),
    late=_lines("Late"),
    missed=_lines("Missed"),
    walked_out=_lines("Left"),
    homework_undone=_lines("Undone"),
    homework_done=_lines("Done"),
    ending=_lines("Ending"),
)


@cache
def guarded(misses_next: bool = False) -> Persona:
    """The same client with a belief, a closed topic, defences and words for coming back, whatever his file has."""
    closed = CLOSED.model_copy(update={"misses_next": misses_next})
    update = {"beliefs": (BELIEF,), "closed_topics": (closed,), "returning": RETURNING}
    return with_style(ray().model_copy(update=update), defences={"denial": 5.0, "displacement": 3.0})


def with_style(persona: Persona, **style: object) -> Persona:
    """The client with another style."""
    return persona.model_copy(update={"style": persona.style.model_copy(update=style)})


def heard(text: str = "What happened?", *codes: str, **fields: object) -> Heard:
    """A trainee turn with these codes."""
    codes = codes or ("open_question",)
    return Heard(text=text, codes=codes, last_code=codes[-1], **fields)  # type: ignore[arg-type]


def even_judge(text: str, previous: str) -> dict[str, float]:  # noqa: ARG001
    """A judge that finds every stance likely enough."""
    return {"change": 0.9, "neutral": 0.9, "sustain": 0.9}
