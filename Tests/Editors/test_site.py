"""The site of the pages, built strictly, and every page of it in a real browser on a phone and on a desk."""

import functools
import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import threading

import pytest
from conftest import ROOT

SITE = ROOT / ".build" / "site"
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}


@pytest.fixture(scope="module")
def site():
    mkdocs = pathlib.Path(sys.executable).parent / "mkdocs"
    if not mkdocs.exists():
        pytest.skip("no MkDocs in the Python environment (`make docs` installs .ci/site/requirements.txt)")
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "site" / "site.py", mkdocs], capture_output=True, text=True, timeout=120
    )
    # MkDocs makes an error of every link that leads nowhere.
    assert done.returncode == 0, done.stdout + done.stderr
    return SITE


def test_it_is_whole(site):
    for page in ("index.html", "schema/index.html", "rules/intent-dead-allow/index.html", "editors/vscode/index.html"):
        assert (site / page).exists(), page
    assert len([*site.rglob("index.html")]) >= len([*(ROOT / "docs").rglob("*.md")])


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright in the Python environment")
    if chromium is None:
        pytest.skip("no browser: chromium is not on PATH (Debian: chromium)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.parametrize("device", WIDTHS)
def test_every_page_in_a_browser(device, site, address, browser):
    """Nothing sticks out at the side, nothing is missing, nothing comes from elsewhere. SCREENSHOTS=DIR keeps pictures."""
    width, height = WIDTHS[device]
    page = browser.new_page(viewport={"width": width, "height": height})
    problems = []
    place = ""
    page.on("console", lambda message: message.type == "error" and problems.append((place, message.text)))
    page.on("pageerror", lambda error: problems.append((place, str(error))))
    page.on("response", lambda answer: answer.status >= 400 and problems.append((place, answer.url)))
    page.on("request", lambda asked: asked.url.startswith((address, "data:")) or problems.append((place, asked.url)))
    # What the theme asks GitHub about the repository is no part of a page.
    page.route("https://api.github.com/**", lambda route: route.abort())
    pages = sorted(site.rglob("index.html"))
    # Of the rules' pages, which are all alike, a few.
    pages = [path for path in pages if path.parent.parent.name != "rules" or path.parent.name.startswith("intent-d")]
    for path in pages:
        place = f"{path.parent.relative_to(site)}".strip(".")
        page.goto(f"{address}/{place}{'/' if place else ''}", wait_until="load")
        across = page.evaluate("document.documentElement.scrollWidth")
        if across > width:
            wide = page.evaluate(
                """width => [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > width
                && !e.closest('table, pre')).map(e => e.outerHTML.slice(0, 80)).slice(0, 3)""",
                width,
            )
            problems.append((place, f"{across} px wide: {wide}"))
        missing = page.evaluate("[...document.images].filter(image => !image.naturalWidth).map(image => image.src)")
        problems.extend((place, source) for source in missing)
        if os.environ.get("SCREENSHOTS"):
            name = f"{device}-{place.replace('/', '-') or 'index'}.png"
            page.screenshot(path=pathlib.Path(os.environ["SCREENSHOTS"]) / name)
    page.close()
    problems = [
        problem for problem in problems if "api.github.com" not in problem[1] and "ERR_FAILED" not in problem[1]
    ]
    assert problems == []
    assert len(pages) >= 30


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme, address, browser):
    """Of links, text and code in both colour schemes: a contrast of 4.5 to 1 at least, as WCAG 2.2 AA has it."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    for place in ("", "getting-started/", "schema/", "editors/"):
        page.goto(f"{address}/{place}", wait_until="load")
        poor = page.evaluate(
            """() => {
              const parts = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
              const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
                .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const over = (top, under) => { const a = top[3] ?? 1; return top.slice(0, 3).map((v, i) => v * a + under[i] * (1 - a)); };
              const ground = e => {
                const grounds = [];
                for (; e; e = e.parentElement) grounds.push(parts(getComputedStyle(e).backgroundColor));
                return grounds.reverse().reduce((under, top) => top.length ? over(top, under) : under, [255, 255, 255]);
              };
              const poor = [];
              for (const e of document.querySelectorAll('main article :is(a, p, li, td, code), nav a.md-nav__link')) {
                if (!e.textContent.trim() || e.matches('.headerlink') || !e.getClientRects().length) continue;
                const under = ground(e), [a, b] = [light(over(parts(getComputedStyle(e).color), under)), light(under)];
                const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (contrast < 4.5) poor.push(`${e.tagName} ${e.textContent.trim().slice(0, 30)}: ${contrast.toFixed(1)}`);
              }
              return poor;
            }"""
        )
        assert poor == [], place
    page.close()
