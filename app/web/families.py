"""The families of codes as the pages show them: one letter, one colour and one name each, the same everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from app.practice.report import marker_of


@dataclass(frozen=True)
class FamilyMark:
    """How a family looks: the letter in its marker (so that nothing hangs on colour alone) and its name."""

    letter: str
    label: str


FAMILY_MARKS: dict[str, FamilyMark] = {
    "reflection": FamilyMark("R", "Reflection"),
    "choices": FamilyMark("C", "Offering choices"),
    "paradoxical": FamilyMark("P", "Paradoxical approach"),
    "adherent": FamilyMark("A", "MI-adherent"),
    "questions": FamilyMark("Q", "Question"),
    "non_adherent": FamilyMark("N", "MI-non-adherent"),
    "other": FamilyMark("O", "Other"),
}


def family_of(code: str) -> str:
    """The family whose marker a code wears; the codes that no family reports on wear `other`."""
    return marker_of((code,))


__all__ = ["FAMILY_MARKS", "FamilyMark", "family_of"]
