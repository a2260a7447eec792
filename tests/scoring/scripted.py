"""Scripted sessions: clients with their lines, an honest counsellor for each, and counsellors who game the score."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.scoring.features import mirrored, plain_words
from app.scoring.rows import Row
from app.scoring.types import CodeSpan, TalkType

#: What a client says: the words, the talk type, and whether it is an act of resistance.
Line = tuple[str, TalkType, bool]
#: What a counsellor says: parts of a turn, each with its code.
Said = Sequence[tuple[str, str]]
Gamer = Callable[[str, int], Said]


def said(*parts: tuple[str, str], probability: float = 0.9) -> Row:
    """A counsellor's row out of its parts."""
    text, spans = "", []
    for words, code in parts:
        start = len(text) + bool(text)
        text = f"{text} {words}".strip()
        spans.append(CodeSpan(code, probability, start, start + len(words)))
    return Row("counsellor", text, tuple(spans))


def session(client: Sequence[Line], answers: Sequence[Said]) -> list[Row]:
    """The client's lines, each with its answer after it."""
    rows: list[Row] = []
    for (text, talk, resists), answer in zip(client, answers, strict=True):
        rows += [Row("client", text, talk=talk, resists=resists), said(*answer)]
    return rows


def gamed(client: Sequence[Line], gamer: Gamer) -> list[Row]:
    """The same client, answered by rote."""
    return session(client, [gamer(text, number) for number, (text, _, _) in enumerate(client)])


# --- gamers


def parrot(text: str, number: int) -> Said:  # noqa: ARG001
    """Says the client's words back, turned round."""
    back = " ".join(mirrored(plain_words(text)))
    return [(f"{back[:1].upper()}{back[1:]}.", "simple_reflection")]


def stemmed_parrot(text: str, number: int) -> Said:  # noqa: ARG001
    """The same with a stem in front."""
    return [(f"So it sounds like {' '.join(mirrored(plain_words(text)))}.", "complex_reflection")]


def sounds_like(text: str, number: int) -> Said:  # noqa: ARG001
    """Reflects a feeling that fits anybody."""
    feelings = ("upset", "frustrated", "angry", "sad", "worried", "stuck", "hurt")
    return [(f"It sounds like you feel {feelings[number % len(feelings)]} about this.", "complex_reflection")]


def broken_record(text: str, number: int) -> Said:  # noqa: ARG001
    """One deep reflection, again and again, and a question behind it."""
    return [
        ("You carry a weight that nobody else in the room can see.", "complex_reflection"),
        ("What is that like?", "open_question"),
    ]


def menu(text: str, number: int) -> Said:  # noqa: ARG001
    """Options in every turn."""
    topics = ("work", "sleep", "money", "home", "friends", "health")
    one, two = topics[number % 6], topics[(number + 1) % 6]
    return [
        (f"We could talk about {one}, or about {two}, or leave it.", "offer_choices"),
        ("Which would you like?", "open_question"),
    ]


def paradox(text: str, number: int) -> Said:  # noqa: ARG001
    """Takes the side of not changing, whatever is said."""
    kinds = (
        ("Perhaps now is not the time to change anything at all.", "paradoxical"),
        ("There is no harm in it whatsoever, then.", "amplified_reflection"),
        ("It may be best for you to carry on exactly as you are.", "paradoxical"),
    )
    return [kinds[number % 3]]


def free(text: str, number: int) -> Said:  # noqa: ARG001
    """Says whose choice it is, whatever is said."""
    return [(("It's up to you.", "That's your choice.", "Only you can decide that.")[number % 3], "emphasize_autonomy")]


GAMERS: tuple[Gamer, ...] = (parrot, stemmed_parrot, sounds_like, broken_record, menu, paradox, free)

# --- clients, each with an honest counsellor

DRIVER: list[Line] = [
    ("I'm not a drunk, I just drove by the wrong deputy.", "sustain", True),
    ("The judge made me come and that's the only reason.", "sustain", True),
    ("Beer is how I get to sleep with this shoulder.", "sustain", True),
    ("You sound like my wife now.", "sustain", True),
    ("I drink six on a weeknight, same as everybody.", "sustain", True),
    ("Bowman took a job off me after the arrest.", "neutral", False),
    ("My daughter marries in October and I want to walk her down.", "change", False),
    ("I don't need a programme for that.", "sustain", True),
    ("I could leave the truck at home on Fridays.", "change", False),
    ("Maybe I'll ask Connie to drive.", "change", False),
]
DRIVER_HONEST: list[Said] = [
    [("One traffic stop, and people look at you as if that were the whole man.", "complex_reflection")],
    [
        ("So you're here for the court, not because anybody asked what you want.", "complex_reflection"),
        ("Where to start is up to you.", "emphasize_autonomy"),
    ],
    [
        ("The beer does a job that nothing else has done for that shoulder.", "complex_reflection"),
        ("How are the nights?", "open_question"),
    ],
    [("One more person telling you how to live.", "complex_reflection")],
    [
        ("Six doesn't stand out where you are, and you're the one counting.", "double_sided_reflection"),
        ("What do you make of the number?", "open_question"),
    ],
    [("That hit where it hurts: the business that you built.", "complex_reflection")],
    [
        ("October matters more than any of this.", "complex_reflection"),
        ("What would that day have to be like?", "open_question"),
    ],
    [
        ("No programme.", "simple_reflection"),
        ("We could look at Fridays, at the shoulder, or call it a day. What suits you?", "offer_choices"),
    ],
    [
        ("You've thought about how to keep your licence safe.", "affirmation"),
        ("How would a Friday like that go?", "open_question"),
    ],
    [("You'd let Connie in on it, and that isn't nothing after what she found.", "complex_reflection")],
]
SMOKER: list[Line] = [
    ("I've smoked for forty years and I'm still here.", "sustain", True),
    ("It's my one pleasure.", "sustain", True),
    ("Whatever you say, love.", "neutral", True),
    ("My sister died of it, if you must know.", "neutral", False),
    ("I'm too old to stop now.", "sustain", True),
    ("I tried patches and they did nothing.", "sustain", True),
    ("The little one coughs when she stays.", "change", False),
    ("I'd like to see her grow up.", "change", False),
]
SMOKER_HONEST: list[Said] = [
    [("Forty years, and nobody's warning has come true for you.", "amplified_reflection")],
    [("It's the bit of the day that belongs to you.", "complex_reflection")],
    [
        ("You've heard it all before, from people who weren't listening.", "complex_reflection"),
        ("Would it be all right to ask what you'd rather talk about?", "seek_collaboration"),
    ],
    [("You were there, and you saw what it did to her.", "complex_reflection")],
    [("Part of you has closed that book, and part of you came today.", "double_sided_reflection")],
    [
        ("You gave it a go and were let down.", "complex_reflection"),
        ("Whether there's another go in you is yours to say.", "emphasize_autonomy"),
    ],
    [("You've noticed, and it bothers you more than your own cough.", "complex_reflection")],
    [("That's what it would be for.", "complex_reflection"), ("What do you picture?", "open_question")],
]
PUPIL: list[Line] = [
    ("School is pointless.", "sustain", True),
    ("Miss made me come here.", "sustain", True),
    ("idk", "neutral", True),
    ("You're going to tell my mum everything.", "sustain", True),
    ("I only bunk off maths.", "sustain", True),
    ("He laughs at me when I get it wrong.", "neutral", False),
    ("I'm not going back in that room.", "sustain", True),
    ("I'd go if I could sit by the door.", "change", False),
    ("I want to pass though.", "change", False),
]
PUPIL_HONEST: list[Said] = [
    [("Hours in a place that gives you nothing back.", "complex_reflection")],
    [
        ("Sent, not asked.", "complex_reflection"),
        ("What we do with the half hour is your call.", "emphasize_autonomy"),
    ],
    [("We can talk about maths, about home, or just sit. You pick.", "offer_choices")],
    [
        ("You need to know who hears this.", "complex_reflection"),
        ("Nothing leaves this room unless you're in danger.", "give_information"),
    ],
    [
        ("The rest of it you turn up for.", "reframe"),
        ("It's that one room.", "complex_reflection"),
        ("What happens there?", "open_question"),
    ],
    [("It's being laughed at, in front of them all.", "complex_reflection")],
    [("Nobody walks back into that for fun, and it's you who decides.", "emphasize_autonomy")],
    [("With a way out beside you, it'd be bearable.", "complex_reflection")],
    [("You've kept hold of that in spite of him.", "affirmation"), ("What would passing open up?", "open_question")],
]
CLIENTS: dict[str, tuple[list[Line], list[Said]]] = {
    "driver": (DRIVER, DRIVER_HONEST),
    "smoker": (SMOKER, SMOKER_HONEST),
    "pupil": (PUPIL, PUPIL_HONEST),
}

__all__ = ["CLIENTS", "GAMERS", "Gamer", "Line", "Said", "gamed", "said", "session"]
