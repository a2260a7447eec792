"""Words that carry content: what two texts have in common, told without a model."""

from __future__ import annotations

import re

_FUNCTION_WORDS = """
a about after all also am an and any are as at be because been before being but by can could did do does doing
done down each for from get go going got had has have having he her here hers him his how i if in into is it
its itself just know like me mean might more most much my no nor not now of off oh ok okay on one only or
other our out over own really said same say she should so some such than that the their them then there these
they thing things think this those though to too up us very was way we well were what when where which while
who why will with would yeah yes you your yours im ive id dont doesnt didnt isnt wasnt cant wont couldnt
wouldnt youre youve thats its theres gonna lot
"""
_STOP = frozenset(_FUNCTION_WORDS.split())


def content_words(text: str) -> frozenset[str]:
    """Lower-case words that carry content, apostrophes dropped, endings cut to the first five letters."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "'").replace("'", ""))
    return frozenset(word[:5] for word in words if word not in _STOP and len(word) > 2)


__all__ = ["content_words"]
