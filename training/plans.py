"""Draws plans for conversations that people then write: `python -m training.plans --count 16 --seed 3`.

Only the frame is drawn (who, where, how skilled the counsellor is, how long, where resistance goes); the words are
written, each for its own moment. Drawing the frame keeps a writer from writing the same session sixteen times.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from typing import Any

FIELDS = (
    "drink-driving", "alcohol at home", "cannabis", "opioids", "methamphetamine", "smoking", "vaping", "diabetes",
    "blood pressure tablets", "weight", "exercise after illness", "dental care", "sleep", "chronic pain", "dialysis",
    "HIV treatment", "vaccination", "pregnancy", "asthma", "eating", "antidepressants", "gambling", "debt", "shopping",
    "probation", "partner violence programme", "prison release", "young offender", "driving speed", "school refusal",
    "school exclusion", "homework", "university drop-out", "gaming", "phone use", "anger at work", "burn-out",
    "unemployment", "performance at work", "parenting", "child protection", "couple", "caring for a parent", "housing",
    "sales", "heating and energy", "volunteering", "safety at work", "grief and drinking", "loneliness in old age",
)  # fmt: skip
SKILLS = ("expert", "good", "average", "average", "poor", "poor", "dreadful")
PATHS = (
    "high, gives way slowly, opens up near the end",
    "high, stays high",
    "high, rises until the client walks out or shuts down",
    "middling, falls after something is really heard, returns after a push",
    "middling, swings with what the counsellor does",
    "low to begin with, rises under advice",
    "hopeless rather than hostile: agrees with everything and believes in nothing",
    "playful: jokes instead of answers, one serious moment",
    "silent: one-word turns, a longer one twice in the session",
    "wordy: rants, drifts, tells stories, hard to stop",
    "knows better: argues facts, quotes, compares",
    "anxious to please: hollow agreement, then a confession that it was hollow",
)
MANNERS = (
    "plain speech, few words", "plain speech, warm", "dry humour", "swears a little", "formal and careful",
    "speaks English as a second language", "young and clipped", "old and roundabout", "rural", "big-city, quick",
    "professional, used to being in charge", "tired, slow", "typos and lower case (if chat)", "hesitant, restarts",
)  # fmt: skip
PLACES = (
    "United States, South", "United States, Midwest", "United States, West coast", "England, North", "London",
    "Scotland", "Ireland", "Wales", "Canada", "Australia", "New Zealand", "South Africa", "Nigeria", "India",
    "Singapore", "Jamaica", "Germany (English spoken)", "Netherlands (English spoken)",
)  # fmt: skip


def draw(count: int, seed: int) -> list[dict[str, Any]]:
    """`count` plans; the same seed gives the same plans. Fields follow each other before one comes again."""
    chance = random.Random(seed)
    fields: list[str] = []
    plans: list[dict[str, Any]] = []
    for _ in range(count):
        fields = fields or chance.sample(FIELDS, len(FIELDS))
        plans.append(
            {
                "field": fields.pop(),
                "medium": chance.choice(("speech", "speech", "chat")),
                "skill": chance.choice(SKILLS),
                "turns": chance.randrange(12, 31, 2),
                "resistance": chance.choice(PATHS),
                "client": {
                    "sex": chance.choice(("woman", "man")),
                    "age": chance.choice((14, 16, 19, 23, 27, 31, 36, 41, 47, 52, 58, 64, 71, 79)),
                    "place": chance.choice(PLACES),
                    "manner": chance.choice(MANNERS),
                },
            }
        )
    return plans


def main(arguments: list[str] | None = None) -> int:
    """Print plans as JSONL."""
    parser = argparse.ArgumentParser(prog="python -m training.plans", description="Draw plans for conversations.")
    parser.add_argument("--count", type=int, default=16, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same plans (%(default)s)")
    options = parser.parse_args(arguments)
    for plan in draw(options.count, options.seed):
        print(json.dumps(plan, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
