"""Take the README's picture of the page: `python scripts/screenshot.py http://127.0.0.1:8700`.

Needs `storyline sandbox` running at that address; waits until it has sent a card and published a
story, and opens that story on the phone.
"""

import argparse
import asyncio
import sys
from pathlib import Path

from playwright.async_api import Page

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.browser import chromium  # noqa: E402 - lives beside the tests that share it

PICTURE = ROOT / "docs" / "images" / "page.jpg"
MOST_BYTES = 200_000
QUALITIES = (86, 80, 72, 62)


async def take(address: str, file: Path, *, scheme: str, patience_seconds: float) -> None:
    """Write a picture of the page to a file, as a JPEG under 200 kB."""
    async with chromium() as browser:
        context = await browser.new_context(
            viewport={"width": 1440, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        page.set_default_timeout(patience_seconds * 1000)
        await page.goto(address)
        await _until_it_is_worth_a_picture(page)
        file.parent.mkdir(parents=True, exist_ok=True)
        pictures = [await page.screenshot(type="jpeg", quality=quality) for quality in QUALITIES]
        picture = next(taken for taken in pictures if len(taken) < MOST_BYTES)
        await asyncio.to_thread(file.write_bytes, picture)
        await context.close()


async def _until_it_is_worth_a_picture(page: Page) -> None:
    await page.locator("#connection[data-state=live]").wait_for()
    card = page.locator(".message:has(.frame):has(.key)").last
    await card.wait_for()
    await page.locator(".ring[data-state=new]").click()
    await page.locator(".viewer").get_by_label("Pause").click()
    await page.locator(".story-media").wait_for()
    await card.evaluate("(card) => card.scrollIntoView({ block: 'end' })")
    await page.wait_for_load_state("networkidle")


def main() -> None:
    """Parse the arguments and take the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="where the sandbox's page is, e.g. http://127.0.0.1:8700")
    parser.add_argument("--output", type=Path, default=PICTURE)
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    parser.add_argument("--patience", type=float, default=90.0, help="seconds to wait for cards and stories")
    options = parser.parse_args()
    asyncio.run(
        take(options.address, options.output, scheme=options.scheme, patience_seconds=options.patience)
    )


if __name__ == "__main__":
    main()
