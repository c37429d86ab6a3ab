"""What users import, and how the toolchain is called."""

import functools
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Failure(Exception):
    """Something that has to hold does not."""


def output(*command, **options):
    """What a command prints; a failure if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=options.pop("cwd", ROOT), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, timeout=900, **options)
    if done.returncode:
        raise Failure(f"{' '.join(str(part) for part in command)}\n{done.stdout}")
    return done.stdout


def catalog(module):
    """The folder of a module's articles."""
    return ROOT / "Sources" / module / f"{module}.docc"


@functools.cache
def modules():
    """The modules that users import, in an order in which each comes behind those that it is built from."""
    products = json.loads(output("swift", "package", "dump-package"))["products"]
    found = [product["name"] for product in products if "library" in product["type"]]
    if missing := [module for module in found if not catalog(module).is_dir()]:
        raise Failure(f"modules without documentation: {', '.join(missing)}")
    # The sandbox is built from APIKeysTesting, and everything from APIKeys.
    return sorted(found, key=lambda module: (module != "APIKeys", module != "APIKeysTesting", module))


def articles(module):
    """The files of a module's catalog: its landing page, and its articles."""
    return sorted(catalog(module).glob("*.md"))


class Toolchain:
    """The package, built, and where the compiler finds it."""

    def __init__(self):
        output("swift", "build")
        self.products = pathlib.Path(output("swift", "build", "--show-bin-path").strip())
        target = json.loads(output("swiftc", "-print-target-info"))
        self.triple = target["target"]["unversionedTriple"]
        self.runtime = pathlib.Path(target["paths"]["runtimeResourcePath"])

    def search_paths(self):
        """The flags that find the package's modules, those in C among them."""
        maps = [f"-fmodule-map-file={path}" for path in sorted(self.products.glob("C*.build/module.modulemap"))]
        return ["-I", self.products / "Modules", *(part for path in maps for part in ("-Xcc", path))]

    def symbol_graph(self, module, folder, *flags):
        """Writes what is public in a module to a folder, with its comments."""
        output(
            "swift-symbolgraph-extract", "-module-name", module, "-target", self.triple, *self.search_paths(),
            "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", folder, *flags)

    def objects(self, *names):
        """The object files of targets."""
        return sorted(path for name in names for path in (self.products / f"{name}.build").rglob("*.o"))
