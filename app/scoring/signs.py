"""Signs on the surface of an utterance: the openings and phrases that counsellors use, as named patterns.

Lists of words on purpose: each is a question that a person could answer by looking, and what it is worth is learned.
"""

from __future__ import annotations

import re

_AUX = (
    r"is|are|was|were|am|do|does|did|has|have|had|would|could|should|will|can|may|might|shall|isn't|"
    r"aren't|wasn't|weren't|don't|doesn't|didn't|haven't|hasn't|won't|wouldn't|couldn't|shouldn't|can't"
)
#: What may stand before the opening proper: "So, …", "Okay. Well, …".
_LEAD = (
    r"^(?:(?:so|and|but|well|ok|okay|right|now|then|oh|ah|yeah|yes|no|mm|mhm|mm-hm|mm-hmm|hmm|um|uh|er|"
    r"alright|all right|great|good|sure|look|listen|hey)[,.\s-]+)*"
)

#: Patterns at the opening of an utterance.
_OPENINGS: dict[str, str] = {
    "starts_wh": r"(?:what|how|why|where|when|who|which|whose)\b",
    "starts_what": r"what\b",
    "starts_how": r"how\b",
    "starts_how_much": r"how (?:many|much|long|often|old|far|big|soon|late)\b",
    "starts_ruler": r"(?:how (?:important|confident|ready)|on a scale|from (?:0|zero|one|1) to (?:10|ten))\b",
    "starts_why": r"(?:why|how come)\b",
    "starts_when_where_who": r"(?:when|where|who|which)\b",
    "starts_aux": rf"(?:{_AUX})\b",
    "starts_aux_you": rf"(?:{_AUX}) (?:you|your|u|ya)\b",
    "starts_negated_aux": (
        r"(?:isn't|aren't|don't|doesn't|didn't|haven't|hasn't|won't|wouldn't|couldn't|shouldn't|can't|"
        r"have you not|would you not|do you not|why don't|why not)\b"
    ),
    "starts_tell_me": (
        r"(?:tell me|talk me|walk me|take me|describe|say (?:more|a bit)|help me|give me|paint me|go on|"
        r"fill me|explain|share|let me hear|show me|run me)\b"
    ),
    "starts_you": r"(?:you|you're|you've|you'd|you'll|your|u|ur|youre|youve)\b",
    "starts_its": r"(?:it's|its|it is|that's|thats|that is|there's|this is)\b",
    "starts_i": r"(?:i|i'm|i've|i'd|i'll|im|ive)\b",
    "starts_we": r"(?:we|we're|we've|we'd|we'll|let's|lets)\b",
    "starts_some_people": r"(?:some|others|most|many|a lot of|lots of|people|folks)\b",
    "starts_if": r"(?:if|when|once|unless|until|till|because|since)\b",
    "starts_imperative": (
        r"(?:stop|start|try|get|go|take|put|make|keep|think|just|don't|dont|do|eat|call|ask|come|give|use|"
        r"have|be|set|write|leave|cut|sit|read|look|imagine|remember|drink|throw|bin|join|swap|switch|see|let|"
        r"you need|you must|you should|you have to|you've got to)\b"
    ),
    "starts_sounds_like": r"(?:it |that )?(?:sounds?|seems?|feels?|looks?)(?: like| as (?:if|though)| to me)?\b",
    "starts_gerund": r"[^\W\d_]+ing\b",
    "starts_not": r"(?:not|no|never|nothing|nobody|none)\b",
    "starts_part_of_you": r"(?:part of you|a part of you|one part|half of you|on (?:the )?one (?:hand|side))\b",
}

#: Patterns anywhere in an utterance.
_PHRASES: dict[str, str] = {
    "wh_word": r"\b(?:what|how|why|where|when|who|which)\b",
    "wh_after_comma": r"[,;–-] ?(?:and |but |so )?(?:what|how|why|where|when|who|which)\b",
    "modal_should": (
        r"\b(?:should|shouldn't|shouldnt|must|mustn't|ought|have to|has to|need to|needs to|got to|gotta|"
        r"had better|better)\b"
    ),
    "modal_could": r"\b(?:could|might|may|perhaps|maybe|possibly|would)\b",
    "try": (
        r"\b(?:try|tried|trying|consider|recommend|suggest|suggestion|advice|advise|why not|why don't|"
        r"how about|what about|what if|have you (?:thought|tried|considered|ever thought)|worth a go|"
        r"give it a go|help(?:s)? to|best thing|good idea|easy|easier|simply|just)\b"
    ),
    "permission": (
        r"\b(?:would it be (?:ok|okay|all right|alright)|is it (?:ok|okay|all right|alright)|ok if|okay if|"
        r"all right if|alright if|if (?:it's|that's|its|thats) (?:ok|okay|all right|alright)|may i|can i|"
        r"could i|mind if|would you mind|if you(?:'d| would) like|if you want|want (?:me to|to hear)|"
        r"with your (?:permission|ok|okay|leave)|do i have your|are you open to|would you (?:like|be open|"
        r"be willing|be interested)|let me know if|if you'll let me|care to hear|fancy hearing)\b"
    ),
    "free_to_discard": (
        r"\b(?:take it or leave it|bin it|ignore|feel free|no pressure|up to you|you(?:'re| are) free|"
        r"you can (?:tell me|say no|throw|drop|leave)|might not (?:be|suit|fit)|may not (?:be|suit|fit)|"
        r"for what it's worth|fwiw|if it fits|see if it fits|you'd know|you know (?:best|better)|you judge|"
        r"whether that)\b"
    ),
    "autonomy": (
        r"\b(?:up to you|your (?:choice|call|decision|say|life|body|move|pick|business|terms)|you(?:'ll| will|"
        r"'d|'re| are)? (?:decide|choose|pick|get to|be the one|the one who|in charge|the boss|free)|"
        r"nobody (?:can|else|gets|here)|no one (?:can|else|gets|here)|only you|yours to|for you to|you alone|"
        r"can't make you|cant make you|in your hands|rests with you|the (?:choice|decision) is yours|"
        r"don't have to|dont have to|not my|your own)\b"
    ),
    "or": r"\bor\b",
    "or_two": r"\bor\b.*\bor\b",
    "or_leave": (
        r"\bor (?:leave|neither|nothing|none|not|just|we (?:leave|stop|drop)|stay|carry|go on|keep|"
        r"something else|do nothing|let it)\b"
    ),
    "either": r"\b(?:either|whichever|whatever|any of|each of|which one|options?|choices|ways)\b",
    "we_could": r"\b(?:we|you|i) (?:could|can|might)\b",
    "list_commas": r",[^,.?!]{3,60},[^,.?!]{2,60}(?:,| or | and )",
    "there_is": r"\bthere(?:'s| is| are|'re)\b",
    "and_you": r"\band (?:you|your|at the same time|yet|still|it|part|also)\b",
    "but": r"\b(?:but|however|although|though|yet|still)\b",
    "on_the_other_hand": r"\b(?:on the (?:one|other)|at the same time|part of you|both|another part|and yet)\b",
    "absolutes": (
        r"\b(?:never|always|nothing|nobody|no one|not a (?:single|thing)|at all|everything|everyone|everybody|"
        r"anything|ever|all of it|no (?:reason|harm|way|point|problem|good)|completely|entirely|absolutely|"
        r"whatsoever|the whole|every)\b"
    ),
    "feeling": (
        r"\b(?:feel|feels|feeling|felt|angry|sad|scared|afraid|frightened|worried|worry|worries|ashamed|"
        r"guilty|lonely|tired|sick of|fed up|frustrat\w+|hurt\w*|proud|relie\w+|stuck|torn|trapped|"
        r"overwhelm\w+|hope\w*|hate|love|miss|embarrass\w+|insult\w+|humiliat\w+|stress\w*|nervous|anxious|"
        r"upset|annoy\w+)\b"
    ),
    "strength": (
        r"\b(?:strong|strength|effort|courage|brave|determined|determination|persist\w*|commit\w*|care|cares|"
        r"caring|honest|honesty|worked hard|work hard|stuck (?:at|with|to)|kept|managed|manage|took (?:guts|"
        r"a lot|courage|some)|takes (?:guts|courage|some|a lot|nerve)|hung on|held|turned up|showed up|"
        r"came (?:in|here|anyway|back)|loyal|patient|skill|resourceful|responsib\w+|protect\w*|matters to you|"
        r"important to you|thought(?:ful)?|good at|straight with me)\b"
    ),
    "appreciate": r"\b(?:appreciate|thank you|thanks|glad|grateful|respect|admire|impress\w*)\b",
    "praise": (
        r"\b(?:good|great|brilliant|excellent|well done|perfect|fantastic|wonderful|amazing|awesome|nice|"
        r"proud of you|good (?:girl|boy|man|lad|job|stuff|for you))\b"
    ),
    "sympathy": (
        r"\b(?:sorry|that's (?:hard|tough|rough|awful|rotten|a lot)|must (?:be|have been)|sounds (?:hard|"
        r"tough|rough|awful)|i (?:hear|get|understand|know) (?:you|that|it|how)|no wonder|poor you|rough|"
        r"rotten|of course|i'd (?:be|feel)|anyone would|here for you|with you)\b"
    ),
    "reflection_stem": (
        r"\b(?:sounds like|it seems|seems like|so you|you feel|you're feeling|you mean|what i hear|i hear you|"
        r"hearing you|you're saying|you said|it's like|as if|as though|for you|to you|as you see it|"
        r"you'd rather|you want|you don't want|you wish|you wonder)\b"
    ),
    "summary_stem": (
        r"\b(?:so far|let me (?:see|check|pull|sum|put|say back|get)|to sum|in sum|summar\w+|what i've (?:got|"
        r"heard)|you've told me|told me|a few things|let me see if|what (?:did|have|else did) i (?:miss|"
        r"missed|leave|left|leave out)|did i (?:miss|get)|have i got|put(?:ting)? (?:it|that|"
        r"this) (?:all )?together|pull(?:ing)? (?:it|that|this|those) together|first|then|also|on top of)\b"
    ),
    "paradox": (
        r"\b(?:not (?:be )?(?:the|a|your) (?:right |best |good )?(?:time|moment|day|year|week|month)|"
        r"isn't the (?:time|right time|moment|year|day)|for now|right now|as (?:you|things|it) (?:are|is)|"
        r"carry on|carrying on|keep (?:on|going|it|drinking|smoking)|go on as|stay(?:ing)? (?:as|put|where|"
        r"the same)|leave (?:it|things|well) (?:alone|be|as)|might (?:be|well be) (?:right|better|best|wise|"
        r"worth)|may (?:be|well be) (?:right|better|best|wise|worth)|makes? (?:good )?sense (?:to|not)|"
        r"too (?:much|big|soon|high|dear|steep)|not worth|worth (?:more|keeping|it)|costs? (?:more|too)|"
        r"could be (?:right|that)|perhaps (?:you|it|this|the|now)|maybe (?:you|it|this|the|now)|"
        r"wouldn't (?:want|be wise)|good reasons? (?:to|for|not)|no need to change|price|exactly as|"
        r"hold on to|hang on to)\b"
    ),
    "threat": (
        r"\b(?:or else|otherwise|if you don't|if you dont|unless you|you'll (?:end up|lose|die|be|regret|find|"
        r"go)|youll|consequences|end up|warning|warn|last chance|breach|prison|jail|amputat\w*|dead|die|death|"
        r"grave|funeral|coffin|lose your|kill\w*|sanction\w*|report you|excluded|sack\w*|court)\b"
    ),
    "blame": (
        r"\b(?:excuse\w*|lying|lie|liar|denial|in denial|kidding|fooling|fool yourself|selfish|lazy|"
        r"your fault|grow up|ridiculous|nonsense|rubbish|come off it|come on|honestly|seriously|really\?|"
        r"pathetic|addict|alcoholic|childish|stubborn|blam\w+|irresponsible|ashamed of yourself|"
        r"should be ashamed|wrong|not true|myth|admit|face (?:it|facts|the)|wake up|problem is|attitude|"
        r"pull yourself|man up|everyone says that|told you|as i said|lol|haha|sure you|of course you|"
        r"how convenient|because that|yeah right|oh right|i'm sure)\b"
    ),
    "contradiction": (
        r"\b(?:isn't|aren't|wasn't|that's not|thats not|actually|the fact is|the truth is|in fact|"
        r"with respect|with all due)\b"
    ),
    "number": (
        r"\d|\b(?:percent|per cent|half|third|twice|one in|two in|out of (?:ten|10|a hundred)|units|hours|"
        r"weeks|months|grams|milligrams|mg)\b"
    ),
    "evidence": (
        r"\b(?:research|studies|study|evidence|guidelines?|according|statistic\w*|risk|risks|known|shown|"
        r"survey|on average|typically|usually|normally|tends? to|causes?|effects?|works? by|means that|"
        r"is called|medic\w+|nicotine|insulin|blood|liver|lungs|doctors?|nurse|clinic)\b"
    ),
    "some_people": (
        r"\b(?:some people|other people|some folks|people (?:i see|who|i know|in your|often|find)|others|"
        r"a lot of (?:people|folks)|most people|many people|what's worked for|somebody i)\b"
    ),
    "rules": (
        r"\b(?:confidential|confidentiality|private|between us|report|written down|notes|policy|"
        r"the way (?:this|it) works|session|sessions|appointment|minutes|form|paperwork|tick|sign|next week|"
        r"see you|last time|today|agenda|plan for today)\b"
    ),
    "greeting": (
        r"\b(?:hello|hi|hiya|hey|morning|afternoon|evening|welcome|nice to (?:meet|see)|good to (?:meet|see)|"
        r"come in|have a seat|take a seat|my name|i'm [A-Z][a-z]+|bye|goodbye|take care|thanks for coming|"
        r"thank you for coming|see you)\b"
    ),
    "listening": (
        r"^(?:mm+|mhm|mm-?hm+|uh-?huh|yeah|yes|yep|ok|okay|right|sure|i see|hmm+|oh|ah|wow|gotcha|got it|no|"
        r"really|true|fair enough|of course|absolutely|exactly)[.!?,…\s]*$"
    ),
    "listening_start": r"^(?:mm+|mhm|mm-?hm+|uh-?huh|yeah|yes|ok|okay|right|sure|i see|hmm+|oh|ah|wow)\b",
    "collaborate": (
        r"\b(?:what do you (?:know|think|make|want|already)|what have you (?:heard|been told)|"
        r"what would you (?:like|want|rather) (?:to )?(?:talk|do|use|get|start|from)|where (?:would|shall|"
        r"do you want)|how does that (?:sound|sit|fit|strike)|does that (?:sound|fit|make sense|seem)|"
        r"have i (?:got|understood)|did i (?:get|understand)|am i (?:right|getting)|is that (?:right|fair|"
        r"how)|tell me if i|how would you like|what (?:else )?would (?:be|help|make)|together|between us|"
        r"your view|your take|your thoughts|shall we|make of (?:that|it|this))\b"
    ),
    "reframe_stem": (
        r"\b(?:another way|one way (?:of|to)|other way of|could (?:also )?be (?:a sign|seen|read)|looked at|"
        r"look at it|shows|that's also|a sign|it means|which means|rather than|not (?:so much|a|just)|"
        r"more (?:like|a|of)|turn(?:ed)? (?:it|that) (?:around|round)|i wonder (?:if|whether)|in a way|"
        r"different(?:ly)?|from (?:where|outside|the outside))\b"
    ),
    "metaphor": r"\b(?:like (?:a|an|you're|being|having|trying)|as if|kind of|sort of)\b",
    "i_wonder": r"\b(?:i wonder|i'm wondering|wondering|curious|i'd (?:like|love) to (?:know|hear|understand))\b",
    "i_think": (
        r"\b(?:i think|i believe|i feel|in my (?:view|opinion|experience)|if i were you|if it were me|"
        r"personally|i want you|i'd like you|i need you|i know|i can tell)\b"
    ),
    "so_you": r"^so,? (?:you|it|that|the|your|what you|basically)",
    "second_person": r"\b(?:you|your|you're|you've|you'd|you'll|yours|yourself|u|ur)\b",
    "first_person": r"\b(?:i|i'm|i've|i'd|i'll|me|my|mine)\b",
    "we_person": r"\b(?:we|we're|we've|us|our|let's)\b",
    "third_person": r"\b(?:he|she|they|him|her|them|his|their)\b",
    "negation": r"\b(?:not|no|never|nothing|nobody|[^\W\d_]+n['’]?t)\b",
    "tag": (
        r"(?:,| -| –)? (?:isn't it|aren't you|don't you|doesn't it|right|yeah|is that right|correct|is it|"
        r"are you|do you|does it|did you|didn't you|haven't you|won't you|can't you|wouldn't you|hasn't it|ok|"
        r"okay|no)\s*\?\s*$"
    ),
    "chat": r"\b(?:lol|haha|tbh|idk|u|ur|dont|cant|thats|im|youre|gonna|wanna|btw|fwiw|imo|pls|ok)\b",
    "quote": r"[\"“”]",
    "dash": r"\s[-–—]\s|—",
    "ends_or": r"\bor(?: not)?[?.…-]*$",
    "wouldnt_it": (
        r"\b(?:wouldn't|isn't|don't you|can't you|couldn't you|why don't|why not|shouldn't|won't|"
        r"have you (?:tried|thought|considered)|ever tried|what about|how about|what if)\b.*\?"
    ),
    "goal_push": (
        r"\b(?:all you|you just|just (?:stop|quit|try|do|say|think)|the (?:only|first|best|main) (?:thing|way|"
        r"step)|you know (?:what you|you|that|full well|deep)|think (?:of|about) (?:your|the|how|what)|"
        r"for (?:your|the) (?:kids|family|children|wife|husband|health|sake)|do it for|you owe|imagine|"
        r"promise|deserve)\b"
    ),
    "thinks_about_you": (
        r"\b(?:makes you|making you|means you|you're (?:just|only|being|not)|you are (?:just|only|being|"
        r"not))\b"
    ),
    "inaudible": r"\[|—$|-$|--",
}

SIGNS: dict[str, re.Pattern[str]] = {
    **{name: re.compile(_LEAD + pattern, re.IGNORECASE) for name, pattern in _OPENINGS.items()},
    **{name: re.compile(pattern, re.IGNORECASE | re.DOTALL) for name, pattern in _PHRASES.items()},
}

__all__ = ["SIGNS"]
