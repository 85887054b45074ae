"""Pages in a browser: waiting for what takes a page a moment."""

import time


def wait_until(page, holds, seconds=30):
    """Wait until a function without arguments gives something true; fail if it never does.

    Playwright's `wait_for_function` asks within the page, again and again, by eval, which the pages of the package
    forbid. What `page.evaluate` asks comes from the debugger, which may.
    """
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"it is still not so after {seconds} seconds"
        page.wait_for_timeout(20)
