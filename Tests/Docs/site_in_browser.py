"""Reads the site in Chromium, as a visitor would: each landing page and each article with its headings."""

import contextlib
import functools
import hashlib
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

from toolchain import ROOT, Failure, articles, modules

REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")
CACHE = ROOT / ".build" / "docs"
NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]


class NoBrowser(Exception):
    """There is none, and none can be had here."""


def playwright():
    """The module, from PyPI if it is not installed."""
    packages = CACHE / f"playwright-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:16]}"
    if not packages.is_dir():
        partial = CACHE / "playwright.partial"
        shutil.rmtree(partial, ignore_errors=True)
        pip = f"{sys.executable} -m pip install --require-hashes --only-binary :all: --quiet --disable-pip-version-check"
        done = subprocess.run(
            [*pip.split(), "--target", partial, "--requirement", REQUIREMENTS],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
        if done.returncode:
            raise NoBrowser(f"Playwright can't be installed\n{done.stdout}")
        partial.rename(packages)
    sys.path.insert(0, str(packages))
    from playwright.sync_api import sync_playwright

    return sync_playwright


def unpack():
    """Downloads Debian's packages of Chromium and of what it needs, and unpacks them without installing them."""
    folder = CACHE / "chromium"
    if folder.is_dir():
        return folder
    partial = CACHE / "chromium.partial"
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "packages" / "partial").mkdir(parents=True)
    download = ["apt-get", "--quiet", "--yes", "--no-install-recommends", "--download-only",
                "-o", f"Dir::Cache::archives={partial}/packages", "-o", "Debug::NoLocking=1", "install", NAMES[0]]
    for command in (download, ["apt-get", "--quiet", "update"], download):
        try:
            done = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoBrowser(f"no Chromium, and no packages of it: {error}") from None
        if command is download and done.returncode == 0:
            break
    packages = sorted((partial / "packages").glob("*.deb"))
    if done.returncode or not packages:
        raise NoBrowser(f"no Chromium, and no packages of it\n{done.stdout}")
    for package in packages:
        subprocess.run(["dpkg", "-x", package, partial], check=True)
        package.unlink()
    partial.rename(folder)
    return folder


def chromium():
    """The program, and the environment that it needs."""
    installed = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return installed, {}
    folder = unpack()
    libraries = sorted({str(path.parent) for path in folder.rglob("*.so*") if "linux-gnu" in str(path)})
    return folder / "usr/lib/chromium" / NAMES[0], {"LD_LIBRARY_PATH": ":".join(libraries)}


@contextlib.contextmanager
def served(site):
    """The site at a port of this machine."""
    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def plain(text):
    """A heading as it is read: without marks, and with straight quotes."""
    return re.sub(r"[`*]", "", text).replace("’", "'").strip()


def headings(article):
    """The title and the headings of a file. `Topics` is a list of links, whose groups are headings, too."""
    lines = re.sub(r"^```.*?^```$", "", article.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [plain(match[1]) for match in re.finditer(r"^#{1,4} (.+)$", lines, re.MULTILINE)]


def pages():
    """The landing pages and articles: their paths on the site, and their files."""
    for module in modules():
        for article in articles(module):
            name = "" if article.stem == module else f"/{article.stem.lower()}"
            yield f"/documentation/{module.lower()}{name}/", article


def read(page, base, path, article):
    """Opens a page, and looks for its headings and its pictures. Returns the number of headings."""
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    # docc's page looks for a theme, which a site need not have.
    page.on("response", lambda response: problems.append(f"{response.status} {response.url}")
            if response.status >= 400 and not response.url.endswith("/theme-settings.json") else None)
    page.goto(base + path)
    expected = headings(article)
    page.locator("h1", has_text=expected[0].split("'")[0]).first.wait_for(timeout=30_000)
    shown = [plain(text) for text in page.locator("h1, h2, h3, h4").all_inner_texts()]
    if missing := [heading for heading in expected if heading not in shown]:
        problems.append(f"without the headings {missing}; there are {shown}")
    if page.locator("main img").evaluate_all("all => all.some(image => image.complete && !image.naturalWidth)"):
        problems.append("a picture does not show")
    if problems:
        raise Failure(f"{path}: {'; '.join(problems)}")
    return len(expected)


def check(site):
    """Opens every page. Returns what was checked."""
    run = playwright()
    program, environment = chromium()
    count = total = 0
    with run() as engine, served(site) as base:
        try:
            browser = engine.chromium.launch(
                executable_path=str(program), args=["--no-sandbox"], env=os.environ | environment)
        except Exception as error:
            raise NoBrowser(f"{program} does not start: {error}") from None
        for path, article in pages():
            page = browser.new_page()
            try:
                total += read(page, base, path, article)
            except Failure:
                raise
            except Exception as error:  # Playwright's: the title did not show in time
                raise Failure(f"{path}: {error}") from None
            page.close()
            count += 1
        browser.close()
    if count < 20:
        raise Failure(f"only {count} pages were opened")
    return f"{count} pages read in Chromium with {total} headings"
