"""Who is asking: the dependencies that routes name to get the house, the reader, or an instructor."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.practice import accounts, browsers
from app.practice.accounts import User
from app.practice.errors import NotInstructor
from app.practice.house import House
from app.web.errors import NewHouse, NotInformed, SignInNeeded
from app.web.security import read_token


def get_house(request: Request) -> House:
    """The house that the app was made with."""
    house: House = request.app.state.house
    return house


HouseDep = Annotated[House, Depends(get_house)]


def founded(request: Request, house: HouseDep) -> None:
    """Raises NewHouse until the first account exists; asked of the database only as long as it does not."""
    if not request.app.state.founded:
        if accounts.is_new(house.database):
            raise NewHouse
        request.app.state.founded = True


def get_visitor(request: Request, house: HouseDep, _: Annotated[None, Depends(founded)]) -> User | None:
    """The reader, or None when nobody is signed in; the templates learn of them here."""
    user = browsers.user_of(house.database, read_token(request, house.settings))
    request.state.user = user
    request.state.instructs = user is not None and accounts.is_instructor(user)
    return user


def get_reader(user: Annotated[User | None, Depends(get_visitor)]) -> User:
    """The signed-in reader. Raises SignInNeeded."""
    if user is None:
        raise SignInNeeded
    return user


def get_informed(user: Annotated[User, Depends(get_reader)]) -> User:
    """The signed-in reader who has been told who can see what. Raises NotInformed, which leads there and back."""
    if user.informed_at is None:
        raise NotInformed
    return user


def get_instructor(user: Annotated[User, Depends(get_reader)]) -> User:
    """The signed-in reader when they instruct. Raises NotInstructor."""
    if not accounts.is_instructor(user):
        raise NotInstructor("Your account is a trainee’s. Ask your instructor if you think that it should be more.")
    return user


VisitorDep = Annotated[User | None, Depends(get_visitor)]
ReaderDep = Annotated[User, Depends(get_reader)]
InformedDep = Annotated[User, Depends(get_informed)]
InstructorDep = Annotated[User, Depends(get_instructor)]

__all__ = ["HouseDep", "InformedDep", "InstructorDep", "ReaderDep", "VisitorDep", "founded", "get_visitor"]
