"""What can go wrong in the practice room, in words for the person in front of the page.

The web layer gives each its status; the terminal prints the message.
"""

from __future__ import annotations


class PracticeError(Exception):
    """The base: `message` is one or two plain sentences."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(PracticeError):
    """There is no such thing, or none that this person may know of."""


class NotAllowed(PracticeError):
    """This person may not do that."""


class NotInstructor(NotAllowed):
    """That is for instructors."""


class NotAdmin(NotAllowed):
    """That is for those who run the practice room."""


class Invalid(PracticeError):
    """Something was filled in wrongly; `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Conflict(PracticeError):
    """It does not fit what has happened meanwhile."""


class StorageFull(PracticeError):
    """Nothing more can be stored."""


class StartError(RuntimeError):
    """The house cannot be opened; the message is one line that says why and what to do."""


__all__ = [
    "Conflict",
    "Invalid",
    "NotAdmin",
    "NotAllowed",
    "NotFound",
    "NotInstructor",
    "PracticeError",
    "StartError",
    "StorageFull",
]
