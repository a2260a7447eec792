"""Small things that the client's tests share."""

from __future__ import annotations

from functools import cache

from app.client.heard import Heard
from app.client.loading import load_persona
from app.client.persona import Persona
from app.resources import PERSONAS_DIR


@cache
def ray() -> Persona:
    """The court-ordered client, who ships."""
    return load_persona(PERSONAS_DIR / "ray-drink-driving.yaml")


def heard(text: str = "What happened?", *codes: str, **fields: object) -> Heard:
    """A trainee turn with these codes."""
    codes = codes or ("open_question",)
    return Heard(text=text, codes=codes, last_code=codes[-1], **fields)  # type: ignore[arg-type]


def even_judge(text: str, previous: str) -> dict[str, float]:  # noqa: ARG001
    """A judge that finds every stance likely enough."""
    return {"change": 0.9, "neutral": 0.9, "sustain": 0.9}
