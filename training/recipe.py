"""What each head is trained on and with what weight: one recipe for shipping and for every fold of the evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.scoring.codes import BEHAVIOURS, CODES, TALK_TYPES
from app.scoring.heads import Head
from training.cache import FeatureCache
from training.data import Reply, Row, Utterance, annomi_utterances
from training.fit import Inputs, Penalty, allowed, fit, inputs, joined

#: An AnnoMI row in the code head, beside 1 for a written utterance: transcribed speech with coarse labels.
ANNOMI_IN_CODE = 0.2
#: A written utterance in the behaviour head, beside 1 for an AnnoMI row.
CORPUS_IN_BEHAVIOUR = 0.3
#: A written reply in the talk head, beside 1 for an AnnoMI client turn.
CORPUS_IN_TALK = 0.1

#: L2 penalties (hidden states, signs, words): codes chosen on other hands' answers, the others on held-out videos.
CODE_PENALTY: Penalty = (1e-3, 1e-3, 3e-4)
BEHAVIOUR_PENALTY: Penalty = (1e-2, 3e-3, 3e-3)
TALK_PENALTY: Penalty = (3e-3, 3e-3, 3e-3)


@dataclass(frozen=True)
class Material:
    """Everything there is to train on, with its features computed once."""

    rows: list[Row]
    row_inputs: Inputs
    utterances: list[Utterance]
    utterance_inputs: Inputs
    replies: list[Reply]
    reply_inputs: Inputs


def material(
    rows: Sequence[Row], utterances: Sequence[Utterance], replies: Sequence[Reply], cache: FeatureCache
) -> Material:
    """Compute (or look up) the features of all records."""
    return Material(
        list(rows),
        inputs([(row.text, row.previous) for row in rows], cache),
        list(utterances),
        inputs([(said.text, said.previous) for said in utterances], cache),
        list(replies),
        inputs([(reply.text, reply.previous) for reply in replies], cache, client=True),
    )


def code_head(data: Material, rows: Sequence[int], said: Sequence[int]) -> Head:
    """The 19 codes, from written utterances (exact) and AnnoMI rows (sets); `rows` and `said` are indices."""
    coarse = [(index, found[0].codes) for index in rows if (found := list(annomi_utterances([data.rows[index]])))]
    exact = [data.utterances[index].codes for index in said]
    labels = allowed([*exact, *(codes for _, codes in coarse)], tuple(CODES))
    weights = np.array([1.0] * len(exact) + [ANNOMI_IN_CODE] * len(coarse))
    both = joined([data.utterance_inputs.take(said), data.row_inputs.take([index for index, _ in coarse])])
    return fit(both, labels, weights, tuple(CODES), CODE_PENALTY)


def behaviour_head(data: Material, rows: Sequence[int], said: Sequence[int]) -> Head:
    """AnnoMI's four behaviours, from AnnoMI rows and written utterances whose codes lie in one behaviour."""
    sets = [frozenset({data.rows[index].behaviour}) for index in rows]
    sets += [frozenset(CODES[code].behaviour for code in data.utterances[index].codes) for index in said]
    weights = np.array([1.0] * len(rows) + [CORPUS_IN_BEHAVIOUR] * len(said))
    both = joined([data.row_inputs.take(rows), data.utterance_inputs.take(said)])
    return fit(both, allowed(sets, BEHAVIOURS), weights, BEHAVIOURS, BEHAVIOUR_PENALTY)


def talk_head(data: Material, replies: Sequence[int]) -> Head:
    """The client's talk type, from AnnoMI client turns and written replies."""
    sets = [frozenset({data.replies[index].talk}) for index in replies]
    weights = np.array([1.0 if data.replies[index].source == "annomi" else CORPUS_IN_TALK for index in replies])
    # change and sustain talk are rare: without this the head would call nearly everything neutral
    frequency = Counter(kind for names in sets for kind in names)
    weights *= np.array([(len(sets) / frequency[next(iter(names))]) ** 0.5 for names in sets])
    return fit(data.reply_inputs.take(replies), allowed(sets, TALK_TYPES), weights, TALK_TYPES, TALK_PENALTY)


__all__ = ["Material", "behaviour_head", "code_head", "material", "talk_head"]
