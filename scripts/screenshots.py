"""Pictures of every page of the demo: light, dark and on a phone, into `out/screenshots`.

make screenshots ARGS='--only dashboard'
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from app.llm.mute import Mute
from app.practice import accounts
from app.practice.house import House, open_house
from app.settings import Settings
from benchmarks.common import ROOT
from benchmarks.pages import KEPT, PASSWORD, demo_file
from benchmarks.tour import NOBODY, Stop, tour
from tests.browser.conftest import ARGUMENTS, chromium_path, serving

OUT = ROOT / "out" / "screenshots"
#: Name → colour scheme, width and height.
LOOKS = {"light": ("light", 1280, 900), "dark": ("dark", 1280, 900), "phone": ("light", 360, 740)}


def main() -> int:
    """Take the pictures; 1 where a page fails or is wider than its window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--looks", nargs="*", default=list(LOOKS), choices=list(LOOKS))
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    settings = Settings(data_dir=KEPT, database_url=f"sqlite:///{demo_file(False)}", candidates=0)
    house = dataclasses.replace(open_house(settings, lambda _: None), engine=Mute())
    stops = [stop for stop in tour(house.database) if options.only in stop.name]
    wrong: list[str] = []
    with sync_playwright() as playwright, serving(house) as address:
        path = chromium_path(playwright)
        assert path is not None, "no Chromium: install chromium, or run: playwright install chromium"
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        for look in options.looks:
            for who in sorted({stop.who for stop in stops}):
                context = _entered(browser, house, address, look, who)
                wrong += [_take(context, stop, look) for stop in stops if stop.who == who]
                context.close()
        browser.close()
    house.database.close()
    wrong = list(filter(None, wrong))
    print("\n".join(wrong) or f"{len(stops) * len(options.looks)} pictures in {OUT.relative_to(ROOT)}")
    return 1 if wrong else 0


def _entered(browser: Browser, house: House, address: str, look: str, who: str) -> BrowserContext:
    scheme, width, height = LOOKS[look]
    context = browser.new_context(
        base_url=address,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
    )
    if who != NOBODY:
        token = accounts.sign_in(house.database, who, PASSWORD, 1)
        context.add_cookies([{"name": "rollwith", "value": token, "url": address}])
    return context


def _take(context: BrowserContext, stop: Stop, look: str) -> str:
    """One picture; what is wrong with the page, in a line, or nothing."""
    page = context.new_page()
    answer = page.goto(stop.path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=Path(OUT) / f"{stop.name}-{look}.png", full_page=True)
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.close()
    if answer is None or answer.status != 200:
        return f"{stop.path}: status {answer.status if answer else 'none'}"
    return f"{stop.path} ({look}): {over} px wider than the window" if over > 0 else ""


if __name__ == "__main__":
    sys.exit(main())
