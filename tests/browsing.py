"""A real browser over a release: Debian's Chromium, and a server that sees where pages turn to."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from conftest import need

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
HOST = "127.0.0.1"
_PATIENCE = 60_000
# Whatever a page asks of another host is not even looked up.
_SWITCHES = ("--no-sandbox", f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {HOST}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    need(CHROMIUM.exists(), "Debian's chromium")
    for module in ("playwright", "axe_playwright_python"):
        need(importlib.util.find_spec(module) is not None, f"{module} (the extra `browser`)")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=list(_SWITCHES))
        yield browser
        browser.close()


@contextmanager
def served(folder: Path, below: str) -> Iterator[str]:
    """A folder on the loopback interface, below a path of its host; the address of it."""

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            inside = path.startswith(below)
            return super().translate_path(path[len(below) - 1 :] if inside else "/no-such-file")

        def send_error(self, code: int, *args: Any, **others: Any) -> None:
            if code != 404:
                return super().send_error(code, *args, **others)
            page = (folder / "404.html").read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)
            return None

        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_address[1]}{below}"
        server.shutdown()


class Visitor:
    """Opens pages, and writes down what goes wrong in them: errors, and requests that leave the site.

    Attributes:
        faults: what went wrong so far.
        asked: the addresses asked for so far.
    """

    def __init__(self, browser: Browser, site: str, folder: Path) -> None:
        self.faults: list[str] = []
        self.asked: list[str] = []
        self._browser = browser
        self._homes = {False: site, True: f"{folder.as_uri()}/"}
        self._contexts: list[Any] = []

    def open(self, path: str, *, from_file: bool = False, width: int = 1200, **settings: Any) -> Page:
        """A page of the site, in a fresh context; over HTTP, or from the folder."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", **settings
        )
        self._contexts.append(context)
        context.set_default_timeout(_PATIENCE)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        page = context.new_page()
        page.goto(self._homes[from_file] + path)
        return page

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
        own = tuple(self._homes.values())
        if not request.url.startswith((*own, "data:", "blob:")):
            self.faults.append(f"{urlsplit(request.frame.url).path} asks for {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url')})")


def wait_for_count(locator: Locator, number: int) -> None:
    """Wait until there are so many elements; functions of the page's own are no way, under its policy."""
    from playwright.sync_api import expect

    expect(locator).to_have_count(number)


def wait_until_enabled(locator: Locator) -> None:
    """Wait until an element can be used."""
    from playwright.sync_api import expect

    expect(locator).to_be_enabled()


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wide


# Long pages repeat a few patterns, and axe needs half a minute for thousands of them: of elements that are made alike
# (tags and classes, outside and inside) a few stay, and the first of its kind in each place.
_SHORTENED = """() => {
  const all = [...document.querySelectorAll("main, main *")], inside = new Map(), path = new Map(), seen = {};
  const name = (one) => `${one.tagName}.${one.getAttribute("class")}`;
  for (const one of [...all].reverse()) {
    inside.set(one, new Set([name(one), ...[...one.children].flatMap((child) => [...inside.get(child)])]));
  }
  for (const one of all) {
    if (!one.isConnected) continue;
    path.set(one, `${path.get(one.parentElement)} ${name(one)}`);
    const made = `${path.get(one)}: ${[...inside.get(one)].sort()}`;
    seen[made] = (seen[made] || 0) + 1;
    const first = one.parentElement.querySelector(`:scope > ${one.tagName}`) === one;
    if (seen[made] > 4 && !first) one.remove();
  }
}"""


def serious(page: Page) -> list[str]:
    """What axe-core finds of serious or critical barriers."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate(_SHORTENED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("axe.run({ resultTypes: ['violations'], preload: false })")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ]


def view(page: Page) -> list[float]:
    """The section of the map, once a frame has been drawn: x, y, width, height."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [float(part) for part in (page.get_attribute("#map-picture", "viewBox") or "").split()]


def answered(page: Page) -> str:
    """Run the query; what the page says of it in the end."""
    page.click("#run")
    wait_until_enabled(page.locator("#run"))
    return page.inner_text("#status")


def offered(page: Page, name: str) -> str:
    """The text of a result that the page offers as a file."""
    with page.expect_download() as download:
        page.click(f"#result-files a:has-text('{name}')")
    return Path(download.value.path()).read_text("utf-8")


def rows(text: str) -> list[dict[str, Any]]:
    """The solutions of a result as JSON."""
    found: list[dict[str, Any]] = json.loads(text)["results"]["bindings"]
    return found
