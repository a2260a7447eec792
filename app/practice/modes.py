"""How one may practise, and what one may set out to practise, in words for pages."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import gettext as _
from app.store.tables import Mode

#: How one practises who does not choose.
DEFAULT_MODE = Mode.COACHED.value


@dataclass(frozen=True)
class ModeInfo:
    """What a mode shows and allows. `live`: codes and the client's state beside each turn while one talks."""

    id: Mode
    label: str
    says: str
    live: bool
    hints: bool
    retries: bool


@dataclass(frozen=True)
class Goal:
    """A technique to set out with: a family of codes, what it is, and how it may sound."""

    family: str
    label: str
    says: str
    example: str


def modes() -> dict[str, ModeInfo]:
    """The modes by id, the most helpful first."""
    found = (
        ModeInfo(
            Mode.COACHED,
            _("Coached"),
            _("Codes and the client’s state stand beside each turn; you may ask for hints and try a turn again."),
            live=True, hints=True, retries=True,
        ),
        ModeInfo(
            Mode.PLAIN,
            _("Plain"),
            _("Just the conversation. Codes and figures come with the report; you may ask for a hint."),
            live=False, hints=True, retries=False,
        ),
        ModeInfo(
            Mode.EXAM,
            _("Exam"),
            _("Just the conversation: nothing is shown until the end, there are no hints and no second tries."),
            live=False, hints=False, retries=False,
        ),
    )  # fmt: skip
    return {info.id.value: info for info in found}


def goals() -> dict[str, Goal]:
    """The goals by family, in the order in which they are offered."""
    found = (
        Goal(
            "reflection",
            _("Reflections"),
            _("Say back what you heard, with a little more than was said."),
            _("“You did not choose to be here, and it grates.”"),
        ),
        Goal(
            "choices",
            _("Offering choices and autonomy"),
            _("Leave the decision where it belongs, and offer more than one way."),
            _("“We could talk about work, or about home. What you do with it is up to you.”"),
        ),
        Goal(
            "paradoxical",
            _("Paradoxical approach"),
            _("Come alongside the resistance, until the other side of it can speak."),
            _("“Perhaps this is not the time to change anything.”"),
        ),
        Goal(
            "adherent",
            _("Affirming and asking permission"),
            _("See what is strong, and ask before you tell."),
            _("“You kept your promise to come. May I tell you what others have tried?”"),
        ),
    )
    return {goal.family: goal for goal in found}


__all__ = ["DEFAULT_MODE", "Goal", "ModeInfo", "goals", "modes"]
