"""A real browser, which opens the pages that the package writes: headless Chromium, where it is installed."""

import os
import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Set by `make test-browser`: there a browser that is missing is a failure, elsewhere the tests are skipped.
REQUIRED = "TEXTVEC_BROWSER_REQUIRED"


def _missing(what):
    message = f"{what} is missing. Install it: apt-get install chromium; pip install 'textvec-kit[browser]'"
    if os.environ.get(REQUIRED):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium():
    """The browser, started once."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        _missing("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    with sync_playwright() as playwright:
        # Chromium's sandbox needs a user who is not root, and CI often is.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Return a function that opens a file, and at the end fail if a page asked for more, or complained.

    It takes the path and options of a context, such as `color_scheme="dark"` or `viewport={...}`. `within` is the
    folder of a site, whose files its pages may ask for.
    """
    contexts, complaints = [], []

    def note_request(request, path, within):
        inside = ("data:", "blob:") if within is None else ("data:", "blob:", f"{within.resolve().as_uri()}/")
        if request.url.split("#")[0] != path.resolve().as_uri() and not request.url.startswith(inside):
            complaints.append(f"request: {request.url}")

    def open_file(path, within=None, query="", **options):
        context = chromium.new_context(offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: note_request(request, path, within))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.goto(path.resolve().as_uri() + query)
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def open_url(chromium):
    """Return a function that opens an address, and at the end fail if a page asked another server, or complained.

    It takes the address and options of a context. A browser logs answers that are errors: tests that let a server give
    one say which, `failing={503}`.
    """
    contexts, complaints = [], []

    def note_message(message, failing):
        is_expected = any(f"responded with a status of {status} " in message.text for status in failing)
        if message.type in ("error", "warning") and not is_expected:
            complaints.append(message.text)

    def open_address(address, failing=(), routes=(), **options):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        origin = "/".join(address.split("/")[:3]) + "/"
        page.on("request", lambda asked: asked.url.startswith((origin, "data:")) or complaints.append(asked.url))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("console", lambda message: note_message(message, failing))
        for pattern, answer in routes:
            page.route(pattern, answer)
        page.goto(address)
        page.locator("#search:visible, #classify:visible, [role=alert]:visible").first.wait_for()
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def serious_faults():
    """Return a function that gives what axe-core finds serious or critical in a page: rule, and where."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        _missing("axe-playwright-python")

    def faults(page):
        # With preload, it would fetch the styles of a site again, which is a request.
        found = Axe().run(page, options={"preload": False}).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        return [(each["id"], node["html"], node["failureSummary"]) for each in serious for node in each["nodes"]]

    return faults
