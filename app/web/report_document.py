"""The report as data for its document (`templates/pdf/report.typ`): what the page says, in the same order and words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.i18n import gettext as _
from app.i18n import ngettext
from app.practice import meanings
from app.practice.report_views import AnswerView, FeedbackView, Report, TranscriptTurn
from app.web.charts import chart_words, timeline_chart
from app.web.families import FAMILY_MARKS
from app.web.mentions import spelled_out
from app.web.pages import capitalize_first, lower_first, percent, sure


def document_of(report: Report) -> dict[str, Any]:
    """All that the document shows, as JSON values."""
    row, name = report.row, capitalize_first(report.called)
    return {
        "title": _("Session with {name}").format(name=lower_first(row.persona_name)),
        "header": row.trainee_name,
        "footer": _("Session of {date}").format(date=_moment(row.started_at)),
        "facts": _facts(report),
        "arrival": " ".join(filter(None, (report.arrival.says, report.arrival.homework, report.arrival.why))),
        "headline": _headline(report, name),
        "word": _word(report),
        "goal": _goal(report),
        "picture": _picture(report, name),
        "moments": [
            {"title": _("Done well"), "items": [_moment_of(item) for item in report.well]},
            {"title": _("Worth another look"), "items": [_moment_of(item) for item in report.try_next]},
        ],
        "techniques": _techniques(report),
        "measures": _measures(report),
        "ratings": _ratings(report),
        "quality": _quality(report),
        "answers": _answers(report, name),
        "habits": report.habits,
        "reflection": _reflection(report),
        "transcript": [_turn(turn, report, name) for turn in report.transcript],
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "picture": _("How it went"),
        "goal": _("Today’s goal"),
        "habits": _("Used too often to count"),
        "techniques": _("Techniques"),
        "measures": _("Measures"),
        "whole": _("The session as a whole"),
        "answers": _("Resistance, turn by turn"),
        "reflection": _("Reflection"),
        "transcript": _("What was said"),
        "say": _("You might say"),
        "care": _("Take care."),
        "turn": _("Turn"),
        "never": _("not used"),
        "thresholds": _(
            "The thresholds are expert opinion (MITI 4.2.1), not a law. The ranges are 95 % intervals: how far a share "
            "from so few turns can be trusted. The codes behind the counts are estimated by a small model; your "
            "instructor’s word goes before."
        ),
        "estimate": _("Estimates by rule, never checked against raters, except where an instructor rated."),
    }


def _moment(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _facts(report: Report) -> list[str]:
    row = report.row
    facts = [
        _moment(row.started_at),
        ngettext("{count} turn", "{count} turns", row.turns).format(count=row.turns),
        report.mode.label,
    ]
    if report.mode.hints:
        facts.append(ngettext("{count} hint", "{count} hints", row.hints).format(count=row.hints))
    ends = {
        "walked_out": _("{name} walked out"),
        "missed": _("{name} did not come"),
        "ended_by_client": _("{name} ended it for good"),
    }
    if row.end_reason in ends:
        facts.append(ends[row.end_reason].format(name=capitalize_first(report.called)))
    if report.mood:
        facts.append(_("felt before it: {mood} of 5 (5: a racing heart)").format(mood=report.mood))
    return facts


def _headline(report: Report, name: str) -> dict[str, str]:
    answers, headline = report.answers, report.headline
    if not answers:
        told = _("{name} never resisted a turn that you went on from, so there is nothing to count here.")
        return {"value": "–", "name": _("Answers to resistance"), "text": told.format(name=name), "means": ""}
    met, ungraded = sum(one.met is True for one in answers), sum(one.met is None for one in answers)
    words = ngettext(
        "{name} resisted {count} time; you met {met} of this.",
        "{name} resisted {count} times; you met {met} of these.",
        len(answers),
    )
    text = [words.format(name=name, count=len(answers), met=met)]
    if ungraded:
        words = ngettext("{count} answer is not graded.", "{count} answers are not graded.", ungraded)
        text.append(words.format(count=ungraded))
    if headline.interval:
        text.append(_("The share may lie anywhere in {interval}.").format(interval=headline.interval))
    return {
        "value": "–" if headline.number is None else percent(headline.number / 100),
        "name": _("Answers to resistance"),
        "text": " ".join([*text, report.not_sure]).strip(),
        "means": meanings.headline_words(headline.number),
    }


def _word(report: Report) -> dict[str, str] | None:
    if not report.summary and not report.reviewed_at:
        return None
    by = report.reviewer_name or ""
    if report.reviewed_at:
        by = f"{by}, {_moment(report.reviewed_at)}"
    return {"title": _("The instructor’s word"), "text": report.summary or _("Reviewed."), "by": by}


def _goal(report: Report) -> dict[str, Any] | None:
    if report.goal is None:
        return None
    goal = report.goal
    return {
        "label": goal.label,
        "what": goal.what,
        "says": goal.says,
        "quotes": [{"text": quote.text, "turn": quote.turn_position + 1} for quote in goal.quotes],
    }


def _picture(report: Report, name: str) -> dict[str, Any] | None:
    if not report.timeline:
        return None
    rows = [
        [str(at), percent(point.resistance), percent(point.trust), capitalize_first(point.talk) or "–",
         ", ".join(point.codes) or "–"]
        for at, point in enumerate(report.timeline, start=1)
    ]  # fmt: skip
    talk = _("{name}’s talk").format(name=name)
    return {
        "svg": str(timeline_chart(report.timeline, name, paper=True)),
        "alt": chart_words(report.timeline, name),
        "key": {
            "resistance": _("resistance"),
            "trust": _("trust"),
            "codes": " · ".join(f"{mark.letter} {mark.label}" for mark in FAMILY_MARKS.values()),
        },
        "head": [_("Exchange"), _("Resistance"), _("Trust"), talk, _("Codes")],
        "rows": rows,
    }


def _moment_of(item: FeedbackView) -> dict[str, Any]:
    return {
        "label": item.label,
        "quote": item.quote,
        "why": capitalize_first(item.why),
        "effect": item.effect,
        "rewrites": [{"label": one.label, "text": one.text, "why": capitalize_first(one.why)} for one in item.rewrites],
        "caution": capitalize_first(item.caution or ""),
        "turn": item.turn_position + 1,
    }


def _techniques(report: Report) -> list[dict[str, Any]]:
    return [
        {
            "label": item.label,
            "count": item.count,
            "quotes": [{"text": quote.text, "turn": quote.turn_position + 1} for quote in item.quotes],
        }
        for item in report.coverage
    ]


def _measures(report: Report) -> dict[str, Any]:
    known = meanings.meanings()
    return {
        "head": [_("Measure"), _("You"), _("Range"), _("Fair"), _("Good")],
        "rows": [
            {
                "label": one.label,
                "what": " ".join(filter(None, (known.get(one.id, ""), meanings.stands(one)))),
                "cells": [one.value, one.interval or "–", one.fair or "–", one.good or "–"],
            }
            for one in report.measures
        ],
    }


def _ratings(report: Report) -> dict[str, Any]:
    rows = [
        [
            one.label,
            f"{one.value} ({_('given')})" if one.given else one.value,
            one.interval or "–",
            str(one.moments),
        ]
        for one in report.ratings
    ]
    return {"head": [_("Global ratings, 1–5"), _("Rating"), _("Range"), _("Moments")], "rows": rows}


def _quality(report: Report) -> str:
    quality = report.quality
    if quality is None:
        if not report.quality_withheld:
            return ""
        return _("Whether experts would call this session good is not estimated: too many turns are of one form.")
    words = ngettext(
        "This looks like a session that experts call good with a probability of {probability} (range {low} to {high}, "
        "from {count} turn). It is an estimate, not a grade.",
        "This looks like a session that experts call good with a probability of {probability} (range {low} to {high}, "
        "from {count} turns). It is an estimate, not a grade.",
        quality.turns,
    )
    shares = {"probability": sure(quality.probability), "low": sure(quality.low), "high": sure(quality.high)}
    return words.format(count=quality.turns, **shares)


def _answers(report: Report, name: str) -> list[dict[str, Any]]:
    return [
        {
            "client": f"{name} {one.act}",
            "client_text": one.client_text,
            "you": ", ".join(one.labels) or _("not sure"),
            "text": one.trainee_text,
            "grade": _grade(one),
            "met": one.met,
            "turn": one.position + 1,
            "possible": [{"label": other.label, "why": capitalize_first(other.why)} for other in one.possible],
        }
        for one in report.answers
    ]


def _grade(one: AnswerView) -> str:
    if one.met is None:
        return _("Not graded: the coder was not sure")
    if one.met:
        return _("Met")
    return _("Not met: this form was used too often to count") if one.worn else _("Not met")


def _reflection(report: Report) -> dict[str, str] | None:
    if not report.reflection:
        return None
    return {"text": report.reflection, "at": _moment(report.reflected_at) if report.reflected_at else ""}


def _turn(turn: TranscriptTurn, report: Report, name: str) -> dict[str, Any]:
    client = turn.speaker == "client"
    to = _(", to {names}").format(names=_(" and ").join(turn.to)) if turn.to else ""
    codes = [code.label if code.sure else _("{code} (not sure)").format(code=code.label) for code in turn.codes]
    return {
        "who": name if client else report.row.trainee_name + to,
        "client": client,
        "number": turn.position + 1,
        "text": _("(waits)") if turn.waits else turn.text,
        "parts": [{"name": part.name, "text": part.text} for part in turn.parts],
        "codes": ", ".join(codes),
        "comments": [
            {"by": f"{one.author}, {_moment(one.created_at)}", "text": spelled_out(one.text)} for one in turn.comments
        ],
        "asides": [
            {"kind": _("Hint") if one.kind == "hint" else _("Pause"), "asked": one.asked, "said": one.said}
            for one in turn.asides
        ],
    }


__all__ = ["document_of"]
