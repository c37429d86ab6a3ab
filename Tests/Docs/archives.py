"""One archive for each module, all of them in one site: without a warning, and with every page where a reader looks."""

import json
import re
import subprocess

from toolchain import Failure, articles, catalog, modules, output


def graph(toolchain, module, folder):
    """Writes what is public in a module, with its comments."""
    folder.mkdir(parents=True)
    output(
        "swift-symbolgraph-extract", "-module-name", module, "-target", toolchain.triple, *toolchain.search_paths(),
        "-minimum-access-level", "public", "-emit-extension-block-symbols", "-skip-synthesized-members", "-skip-inherited-docs", "-output-dir", folder)


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


def page(archive, path):
    """A page, as the site's scripts read it."""
    return json.loads((archive / "data" / "documentation" / f"{path}.json").read_text(encoding="utf-8"))


def public_types(graphs, module):
    """The identifiers of what is public at the top of a module."""
    symbols = json.loads((graphs / f"{module}.symbols.json").read_text(encoding="utf-8"))["symbols"]
    return {symbol["identifier"]["precise"]: symbol["pathComponents"][0] for symbol in symbols
            if len(symbol["pathComponents"]) == 1}


def check_landing_page(archive, graphs, module):
    """Every public type and every article stands in a group that was written for it: docc adds one for the others."""
    landing = page(archive, module.lower())
    groups = landing.get("topicSections", [])
    added = [landing["references"][identifier]["title"] for group in groups if group.get("generated")
             for identifier in group["identifiers"]]
    if added:
        raise Failure(f"not on the landing page of {module}: {', '.join(added)}")
    listed = [identifier for group in groups for identifier in group["identifiers"]]
    titles = [landing["references"][identifier]["title"] for identifier in listed]
    if missing := set(public_types(graphs, module).values()) - set(titles):
        raise Failure(f"not on the landing page of {module}: {', '.join(sorted(missing))}")
    if len(listed) != len(set(listed)):
        raise Failure(f"twice on the landing page of {module}: {sorted(t for t in titles if titles.count(t) > 1)}")
    for article in articles(module):
        if article.stem != module and not any(name.lower().endswith(f"/{article.stem.lower()}") for name in listed):
            raise Failure(f"not on the landing page of {module}: {article.name}")


def check_symbols(archive, module):
    """Every public symbol has a page with a summary. Returns the number of pages."""
    pages = sorted((archive / "data" / "documentation").rglob("*.json"))
    for path in pages:
        content = json.loads(path.read_text(encoding="utf-8"))
        # A type of another module, which this one extends, has no comment of its own.
        isOurs = content["metadata"].get("role") != "collection" and "extended" not in content["metadata"].get("roleHeading", "").lower()
        if content["kind"] == "symbol" and isOurs and not content.get("abstract"):
            raise Failure(f"without a summary: {content['identifier']['url']} {content['metadata']}")
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


def build(toolchain, work):
    """Builds the site. Returns its folder, and what was checked."""
    archives, symbols = [], 0
    for module in modules():
        graphs, archive = work / "graphs" / module, work / f"{module}.doccarchive"
        graph(toolchain, module, graphs)
        convert(module, graphs, archive, archives)
        check_landing_page(archive, graphs, module)
        symbols += check_symbols(archive, module)
        archives.append(archive)
    site = work / "site"
    output("docc", "merge", *archives, "--output-path", site, "--synthesized-landing-page-name", "swift-api-keys")
    links = check_links(site)
    if symbols < 500 or links < 1000:
        raise Failure(f"{symbols} pages with {links} links are fewer than there have to be")
    return site, f"{len(archives)} modules on {symbols} pages without a warning"
