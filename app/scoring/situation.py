"""The situation a trainee turn answers: what the client said and how, from words, talk, act and state.

Signs are looked for in words, so that a transcript without a simulation has a situation too; where the simulation's
state and act are known they count as well. In doubt a client is taken for more fragile, not for less.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.scoring.mirror import Heard, clauses
from app.scoring.rewrite import did
from app.scoring.rows import Row
from app.scoring.standing import Shift
from app.scoring.types import TalkType

#: Below this confidence (0–10) a client has little hope of a change; the simulation's own bound (`app.client.state`).
LITTLE_HOPE = 3.0
#: From here on a client meets pressure with pressure.
REACTANT = 0.5

_RISK = re.compile(
    r"""\b(?:kill(?:ing)?\ myself|suicid\w*|end(?:ing)?\ (?:it\ all|my\ life|it)|take\ my\ (?:own\ )?life|
    better\ off\ (?:dead|without\ me)|(?:want|wanted|wish|like)\ to\ die|wish\ i\ (?:was|were)\ dead|
    wish\ i\ (?:hadn't|didn't|wouldn't|could\ not)\ wake|(?:don't|do\ not|didn't|
    dont)\ want\ to\ (?:be\ here\ (?:any\ ?more|at\ all)|live|wake\ up|be\ alive)|no\ (?:reason|point)\ (?:to\ live|
    living|in\ living)|(?:hurt|hurting|cut|cutting|harm|harming)\ myself|self.?harm\w*|overdos\w+|(?:not|won't|
    wont)\ be\ (?:here|around)\ (?:much\ longer|any\ ?more)|jump(?:ing)?\ off|hang\ myself|(?:he|she|
    they)\ (?:hits?|beats?|strangled?|choked?|punche[sd]|threatened)\ me|(?:he|she)(?:'ll|\ will|
    's\ going\ to)\ kill\ me)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HOPELESS = re.compile(
    r"""\b(?:no\ point|(?:what's|whats|what\ is|where's)\ the\ (?:point|use)|pointless|hopeless|no\ hope|no\ use|
    (?:what|no)\ good\ would|nothing\ (?:works|helps|helped|worked|changes|will\ (?:help|work|change))|(?:it|
    that)\ (?:won't|wont|never|doesn't)\ (?:work|help|change|last|make)\w*|(?:won't|will\ never|'ll\ never|
    never\ going\ to)\ (?:change|work|stop|manage|get\ better|be\ any)|too\ late|(?:i've|i\ have|i)\ (?:given|
    gave)\ up(?!\ (?:the|my|an?|\w+ing)\b)|giv(?:e|ing)\ up\ (?:hope|on)|(?:can't|cannot|cant|
    couldn't)\ (?:do\ (?:it|this)|cope|go\ on|manage|stop|face)|damage\ is\ done|what\ i\ deserve|lost\ cause|
    (?:i'm|im|i\ am)\ (?:a\ failure|useless|worthless|past\ it|done|finished|no\ good)|failed\ (?:at\ )?(?:every|
    again|before)|(?:always|every\ time|i'll)\ (?:fail|end\ up\ failing|go\ back)|tried\ everything|why\ bother|
    don't\ see\ (?:it|that)\ (?:working|helping))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AFRAID = re.compile(
    r"\b(?:scared|scares|scary|afraid|frightened|frightens|frightening|terrified|terrifies|petrified|panic\w*|dread\w*|"
    r"fear|shaking|worried sick|nightmares?)\b",
    re.IGNORECASE,
)
_NOT_AFRAID = re.compile(
    r"\b(?:not|never|isn't|aren't|don't)\s+(?:\w+\s+)?(?:scared|afraid|frightened|scare|fear|panic)", re.I
)
_MOCKED = re.compile(
    r"""\b(?:tak(?:e|ing)\ the\ (?:piss|mick|mickey)|patronis\w+|patroniz\w+|condescend\w+|sarc\w+|mock\w*|
    making\ fun|make\ fun|laugh(?:ing|ed|s)?\ at|you(?:'re|\ are)\ (?:joking|kidding|having\ a\ laugh|funny)|(?:is|
    was)\ that\ (?:a\ joke|funny|supposed)|(?:like|as\ if\ i(?:'m|\ was|\ were))\ (?:a\ (?:child|kid|baby)|
    an?\ idiot|stupid|i'm\ five)|talk(?:ing)?\ down|insult\w*|humiliat\w+|reverse\ psychology|don't\ (?:mate|love|
    dear)\ me|putting\ words)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTROL = re.compile(
    r"""\b(?:nobody\ tells|no\ one\ tells|tell(?:s|ing)\ me\ (?:what|how|to)|(?:told|tell)\ (?:me\ )?what\ to\ do|
    told\ to|mak(?:e|es|ing)\ me|made\ me|forc\w+|my\ (?:choice|decision|business|life|body|call|house|rules|own)|
    none\ of\ (?:your|their|anyone's|anybody's|my)|have\ to\ (?:be|come|do|sit)|(?:can't|cant)\ (?:make|stop)\ me|
    (?:order|orders|boss(?:ing|es)?)\ me|let\ me|leave\ me|get\ off\ my|on\ my\ (?:back|case)|(?:i'm|im|
    i\ am)\ not\ (?:doing|going|taking|signing|having|stopping|giving|starting|telling|coming)|i\ (?:won't|wont|
    will\ not|refuse)|the\ (?:judge|court)|you\ (?:lot|people)|lectur\w*|preach\w*|nag\w*|grown\ (?:man|woman)|
    spied|watch(?:ed|ing)\ me|checking\ up)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_COST = re.compile(
    r"""\b(?:hurts?|sick|ill|side\ effects?|nightmares|worse|too\ (?:tired|busy|old|much|expensive|far)|no\ time|
    no\ money|can't\ afford|costs?|couldn't|makes\ me|made\ me|in\ bed|kids?\ to|bills?|four\ jobs|nights|shifts?|
    tried\ (?:it|that|them)|did\ (?:it|that))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_OTHERS = re.compile(
    r"\b(?:(?:every(?:one|body)|they|people|you lot|you people|you all|she|he|my \w+)(?:'s| is| are)? "
    r"(?:keeps? |always )?"
    r"(?:says?|said|tells?|telling|told|wants?|thinks?|reckons?|asks?|asked|sent|put|made|keep on))\b",
    re.IGNORECASE,
)
_BLAMED = re.compile(
    r"\b(?:blam\w+|not my fault|fault|unfair|not fair|picked on|picking on|it's always me|points?)\b", re.I
)
_FINE = re.compile(
    r"\b(?:i'm (?:fine|ok|okay|all right|alright)|im (?:fine|ok|alright)|not (?:an?|that) |no problem|"
    r"don't have a problem|nothing wrong|under control|every(?:one|body) does|(?:only|just) a|"
    r"not that (?:much|bad|deep))\b",
    re.IGNORECASE,
)
_WORTH = re.compile(
    r"\b(?:i (?:like|love|enjoy|need)|helps me|calms me|relax\w*|only (?:thing|time|reason|way)|gets me through|"
    r"good at|sleep (?:fine|better)|works for me|my mates|fun)\b",
    re.IGNORECASE,
)

#: What a client's act says about how it is meant (names of `app.client.acts` → `rewrite.MEANINGS`).
_SENSE_OF_ACT = {
    "deny": "fine", "minimise": "fine", "blame": "blamed", "excuse": "cost", "justify": "worth",
    "pessimism": "hopeless", "refuse": "control", "hostile": "unheard", "challenge": "doubted",
    "unwilling": "control", "joke": "light", "complain_about_question": "asked", "shift_topic": "elsewhere",
    "evade": "elsewhere", "silent": "elsewhere", "hollow_agreement": "polite", "hedge": "unsure",
    "walk_out": "unheard", "inform": "plain", "small_talk": "elsewhere", "ask_back": "curious", "open_up": "burden",
    "concern": "worry", "commitment": "resolve", "taking_steps": "resolve", "ability": "able",
}  # fmt: skip


@dataclass(frozen=True)
class Situation:
    """What one trainee turn answers. `name` is the client's; `said` None means that nobody had spoken before."""

    name: str
    said: str | None
    talk: TalkType
    resists: bool
    sense: str
    at_risk: bool
    hopeless: bool
    afraid: bool
    mocked: bool
    wants_control: bool
    denies: bool
    both_sides: bool
    effort: Heard | None
    paradox: int
    shift: Shift | None

    @property
    def reactance(self) -> float | None:
        return self.shift.reactance if self.shift else None

    @property
    def reactant(self) -> bool:
        """Whether the client meets pressure with pressure: by disposition where known, else by the words."""
        return self.wants_control if self.reactance is None else self.reactance >= REACTANT


def situation(
    rows: Sequence[Row], index: int, *, name: str, shift: Shift | None = None, both_sides: bool = False
) -> Situation:
    """The situation that row `index` (a counsellor's) answers."""
    client = [row for row in rows[:index] if row.speaker == "client" and row.text.strip()]
    last = client[-1] if client else None
    lately = " … ".join(row.text for row in client[-2:]).replace("’", "'")
    said = last.text.replace("’", "'") if last else ""
    act = shift.act if shift else ""
    talk: TalkType = (last.sure_talk if last else None) or "neutral"
    hopeless = act == "pessimism" or _HOPELESS.search(lately) is not None
    return Situation(
        name=name,
        said=last.text if last else None,
        talk=talk,
        resists=bool(last and last.resisting),
        sense=_sense(said, act, talk),
        at_risk=any(_RISK.search(row.text.replace("’", "'")) for row in client),
        hopeless=hopeless or (shift is not None and shift.before.confidence < LITTLE_HOPE),
        afraid=_AFRAID.search(_NOT_AFRAID.sub("", lately)) is not None,
        mocked=act in ("hostile", "challenge", "complain_about_question") or _MOCKED.search(lately) is not None,
        wants_control=act in ("refuse", "unwilling") or _CONTROL.search(said) is not None,
        denies=act in ("deny", "minimise") or (not act and _FINE.search(said) is not None),
        both_sides=both_sides,
        effort=_effort(last, act, talk),
        paradox=sum(any(span.code == "paradoxical" for span in row.codes) for row in rows[:index]),
        shift=shift,
    )


def _sense(said: str, act: str, talk: TalkType) -> str:
    """How the client's words are meant: fear before all, then by the act where it is known, the words, the talk."""
    if _AFRAID.search(_NOT_AFRAID.sub("", said)):
        return "afraid"
    if act in _SENSE_OF_ACT:
        return _SENSE_OF_ACT[act]
    if talk == "change":
        return "hope"
    signs = (
        ("hopeless", _HOPELESS), ("control", _CONTROL), ("blamed", _BLAMED), ("worth", _WORTH), ("fine", _FINE),
        ("others", _OTHERS), ("cost", _COST),
    )  # fmt: skip
    if talk == "sustain":
        return next((name for name, pattern in signs if pattern.search(said)), "reasons")
    return "hopeless" if _HOPELESS.search(said) else "plain"


def _effort(last: Row | None, act: str, talk: TalkType) -> Heard | None:
    """Something the client has just said to have done that took effort; in talk against change nothing counts."""
    if last is None or talk == "sustain" or (last.resists and act != "taking_steps"):
        return None
    return next((heard for heard in reversed(clauses(last.text)) if did(heard)), None)


__all__ = ["LITTLE_HOPE", "REACTANT", "Situation", "situation"]
