"""Cutting at stop strings, piece by piece."""

from __future__ import annotations

import pytest

from app.llm.text import Tail


def shown(pieces: list[str], stop: tuple[str, ...]) -> tuple[list[str], bool]:
    tail, text, out = Tail(stop), "", []
    for number, piece in enumerate(pieces):
        text += piece
        new, stopped = tail.update(text, last=number == len(pieces) - 1)
        out.append(new)
        if stopped:
            return out, True
    return out, False


def test_text_passes_through_without_its_leading_white_space() -> None:
    assert shown(["\n ", " Fine", ".", " Really. "], ()) == (["", "Fine", ".", " Really. "], False)


def test_stop_string_over_two_pieces_is_never_shown() -> None:
    assert shown(["Fine\nCou", "nsel", "lor: and", " you"], ("\nCounsellor:",)) == (["Fine", "", ""], True)
    assert shown(["Fine\nCou", "nsellor: and"], ("\nCounsellor:",)) == (["Fine", ""], True)


def test_beginning_of_a_stop_string_is_shown_once_it_turns_out_to_be_none() -> None:
    assert shown(["a <", "b", " <"], ("<|",)) == (["a ", "<b", " <"], False)


def test_leading_newline_does_not_end_a_candidate() -> None:
    assert shown(["\n", "Yes\n", "no"], ("\n",)) == (["", "Yes"], True)


@pytest.mark.parametrize("stop", [(), ("\n",)])
def test_half_a_character_waits(stop: tuple[str, ...]) -> None:
    tail = Tail(stop)
    assert tail.update("caf�", last=False) == ("caf", False)
    assert tail.update("café", last=False) == ("é", False)
