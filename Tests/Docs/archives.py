"""One archive for each module, all of them in one site: without a warning, and with every page where a reader looks."""

import json
import re
import subprocess

from toolchain import ROOT, Failure, catalog, modules, output


def convert(module, graphs, archive, dependencies):
    """Builds a module's archive. Links into those that it is built from are checked, too."""
    known = [part for path in dependencies for part in ("--dependency", path)]
    done = subprocess.run(
        ["docc", "convert", catalog(module), "--additional-symbol-graph-dir", graphs, "--output-path", archive,
         "--fallback-display-name", module, "--fallback-bundle-identifier", f"swift-api-keys.{module}",
         "--enable-experimental-external-link-support", "--transform-for-static-hosting", "--warnings-as-errors",
         *known],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300)
    if done.returncode or re.search(r"^(warning|error):", done.stdout, re.MULTILINE):
        raise Failure(f"the documentation of {module} has warnings\n{done.stdout}")


TYPES = {"class", "enum", "func", "protocol", "struct", "typealias"}


def check_pages(archive, module):
    """Every type, every call of a client and every article stands in a group that was written for it, and every public
    symbol has a summary. docc adds a group for what stands in none. Returns the number of pages."""
    folder = archive / "data" / "documentation"
    pages = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.json"))]
    written = {identifier for page in pages for group in page.get("topicSections", []) if not group.get("generated")
               for identifier in group["identifiers"]}
    problems = []
    for page in pages:
        kind, url = page["metadata"].get("symbolKind"), page["identifier"]["url"]
        isCall = kind == "method" and re.search(r"Client/[^/]+$", url)
        isArticle = page["kind"] == "article" and not url.endswith("-Implementations")  # of a protocol
        if (kind in TYPES or isCall or isArticle) and url not in written:
            problems.append(f"in no group of its module: {url}")
        # A type of another module, which this one extends, has no comment of its own.
        if kind not in {None, "module", "extension"} and not page.get("abstract"):
            problems.append(f"without a summary: {url}")
    landing = json.loads((folder / f"{module.lower()}.json").read_text(encoding="utf-8"))
    problems += [f"{module}'s landing page leaves a group to docc: {group['title']}"
                 for group in landing["topicSections"] if group.get("generated")]
    if problems:
        raise Failure("\n".join(problems))
    return len(pages)


def check_links(site):
    """Every link from one page of the site to another has a page at its end. Returns the number of links."""
    links = 0
    for path in sorted((site / "data").rglob("*.json")):
        for reference in json.loads(path.read_text(encoding="utf-8")).get("references", {}).values():
            url = reference.get("url", "").partition("#")[0]
            if reference.get("type") != "topic" or not url.startswith("/documentation/"):
                continue
            links += 1
            if not (site / "data" / f"{url.strip('/')}.json").is_file():
                raise Failure(f"{path.relative_to(site)} links to {url}, which is no page")
    return links


def check_pictures():
    """docc takes pictures from a catalog alone: those that .github/images has are the same there."""
    for module in modules():
        for copy in catalog(module).glob("*.svg"):
            original = ROOT / ".github" / "images" / copy.name
            if original.is_file() and original.read_bytes() != copy.read_bytes():
                raise Failure(f"{copy.relative_to(ROOT)} is another one than {original.relative_to(ROOT)}; copy it")


def build(toolchain, work):
    """Builds the site. Returns its folder, and what was checked."""
    check_pictures()
    archives, pages = [], 0
    for module in modules():
        graphs, archive = work / "graphs" / module, work / f"{module}.doccarchive"
        graphs.mkdir(parents=True)
        toolchain.symbol_graph(module, graphs, "-emit-extension-block-symbols", "-skip-inherited-docs")
        convert(module, graphs, archive, archives)
        pages += check_pages(archive, module)
        archives.append(archive)
    site = work / "site"
    output("docc", "merge", *archives, "--output-path", site, "--synthesized-landing-page-name", "swift-api-keys")
    links = check_links(site)
    if pages < 500 or links < 1000:
        raise Failure(f"{pages} pages with {links} links are fewer than there have to be")
    return site, f"{len(archives)} modules on {pages} pages without a warning"
