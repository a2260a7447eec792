"""The report of an ended session: the page, and the document to hand in."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.practice import meanings, suggest
from app.practice import report as reports
from app.web.charts import timeline_chart
from app.web.pages import capitalize_first, render
from app.web.pdf import file_name, pdf
from app.web.people import HouseDep, ReaderDep
from app.web.report_document import document_of

router = APIRouter()


@router.get("/sessions/{session_id}/report")
async def report(request: Request, house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    await suggest.suggest(house, user, session_id)
    found = await run_in_threadpool(reports.report, house, user, session_id)
    return render(
        request,
        "report.html",
        report=found,
        chart=timeline_chart(found.timeline, capitalize_first(found.called)),
        meanings=meanings.meanings(),
        stands=meanings.stands,
        means=meanings.headline_words(found.headline.number),
    )


@router.get("/sessions/{session_id}/report.pdf")
async def report_document(house: HouseDep, user: ReaderDep, session_id: uuid.UUID) -> Response:
    """The report as a PDF."""
    await suggest.suggest(house, user, session_id)
    found = await run_in_threadpool(reports.report, house, user, session_id)
    made = await run_in_threadpool(pdf, "report", document_of(found))
    name = file_name("rollwith", found.row.persona_name, f"{found.row.started_at:%Y-%m-%d}")
    return Response(made, media_type="application/pdf", headers={"content-disposition": f'inline; filename="{name}"'})


__all__ = ["router"]
