"""Documents to hand in: they are made without system fonts, tagged, titled, and name their language."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from app.web import pdf

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><circle cx="20" cy="10" r="9"/></svg>'


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates with the house's style and one template of this test's."""
    for source in pdf.TEMPLATES.iterdir():
        (tmp_path / source.name).symlink_to(source)
    (tmp_path / "small.typ").write_text(
        '#import "style.typ": *\n#show: document.with(title: data.title, header: data.header)\n'
        '= #data.title\n#said(data.words) #picture(data.svg, "A circle")\n#sheet(("A", "B"), (([x], [1]),))',
        encoding="utf-8",
    )
    monkeypatch.setattr(pdf, "TEMPLATES", tmp_path)
    return tmp_path


@pytest.mark.usefixtures("templates")
def test_a_document_is_tagged_titled_and_in_the_readers_language() -> None:
    made = pdf.pdf("small", {"title": "Report", "header": "Tom", "words": "#panic() “x” ∞ Ωμέγα", "svg": SVG})
    assert made.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made
    assert b"/Lang(en)" in made
    assert b"Report" in made


@pytest.mark.usefixtures("templates")
def test_a_template_that_lacks_its_data_fails_aloud() -> None:
    with pytest.raises(typst.TypstError):
        pdf.pdf("small", {"title": "Report"})


def test_a_download_has_a_plain_name() -> None:
    assert pdf.file_name("Rollwith report", "Ray Ørn", "2026-12-01") == "rollwith-report-ray-rn-2026-12-01.pdf"
