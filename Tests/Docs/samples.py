"""Compiles every sample of the README and of the articles as it stands, each as a program of its own, and runs those of
the README against a sandbox."""

import concurrent.futures
import os
import pathlib
import re
import subprocess

from toolchain import ROOT, Failure, articles, modules, output

# What a program of the README prints, at the least.
PRINTED = [
    r"TeamAPIKey\(.*value: Secret\(redacted\)",
    r"^ci #[a-z0-9]{8}$(?s:.*)^ci #[a-z0-9]{8} replaced [0-9a-f-]{36}$",
    r"^2 stored, 0 failed$",
]
RUNNER = "import Testing\n@main struct Runner { static func main() async { await Testing.__swiftPMEntryPoint() as Never } }\n"


def blocks(file):
    """The Swift samples of a file."""
    return re.findall(r"^```swift\n(.*?)^```$", file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


class Sample:
    """A sample, as a file."""

    def __init__(self, source, number, text, folder):
        self.name, self.text = f"{source.name}, sample {number}", text
        self.folder = folder / f"{source.stem}-{number}"
        self.folder.mkdir(parents=True)
        self.isTest = "@Test" in text
        self.file = self.folder / ("Tests.swift" if self.isTest else "main.swift")
        self.file.write_text(text, encoding="utf-8")

    def compile(self, toolchain, *flags):
        """Compiles the sample as a user's package would: it sees what is public."""
        testing = ["-parse-as-library", "-plugin-path", toolchain.runtime / "host/plugins/testing"]
        output("swiftc", "-swift-version", "6", "-enable-upcoming-feature", "MemberImportVisibility",
               "-warnings-as-errors", *toolchain.search_paths(), *(testing if self.isTest else []), *flags,
               *sorted(self.folder.glob("*.swift")))

    def run(self, toolchain, environment):
        """Builds and runs the sample. Returns what it prints."""
        targets = [*modules(), "APIKeysExports", "CAPIKeysCurl", "CAPIKeysLibrary"]
        if self.isTest:
            (self.folder / "Runner.swift").write_text(RUNNER, encoding="utf-8")
        self.compile(toolchain, "-o", self.folder / "sample", *toolchain.objects(*targets))
        return output(self.folder / "sample", cwd=self.folder, env=environment)


def problem(toolchain, sample):
    """What is wrong with a sample; nothing if it compiles."""
    try:
        sample.compile(toolchain, "-typecheck")
    except Failure as error:
        return f"{sample.name}: {str(error).partition(chr(10))[2]}"
    return None


def manifest(text, folder):
    """A manifest resolves beside a checkout, and names products that there are."""
    package = folder / "App"
    for source in ("Sources/App/main.swift", "Tests/AppTests/Tests.swift"):
        (package / source).parent.mkdir(parents=True)
        (package / source).write_text("", encoding="utf-8")
    (package / "Package.swift").write_text(text, encoding="utf-8")
    (folder / "swift-api-keys").symlink_to(ROOT)
    output("swift", "package", "--package-path", package, "describe")
    # The tools' version 6.1 tells a wrong name only when the package is built.
    if unknown := set(re.findall(r'"(\w*Keys\w*)"', text)) - set(modules()):
        raise Failure(f"a manifest names {', '.join(sorted(unknown))}, which is no product")


def run_readme(toolchain, readme, folder):
    """Runs the README's programs, one after the other, against one sandbox."""
    exports = folder / "exports"
    with exports.open("w") as file:
        server = subprocess.Popen([toolchain.products / "SandboxServer", "--quiet"], stdout=subprocess.PIPE, text=True)
        try:
            lines = []
            for line in server.stdout:
                file.write(line)
                lines.append(line.removeprefix("export ").strip().split("=", 1))
                if lines[-1][0] == "NEKUDA_TOKEN":
                    break
            environment = os.environ | dict(lines)
            outputs = [sample.run(toolchain, environment) for sample in readme]
        finally:
            server.terminate()
            server.wait(30)
    for pattern in PRINTED:
        if len([text for text in outputs if re.search(pattern, text, re.MULTILINE)]) != 1:
            raise Failure(f"the README's samples do not print {pattern}:\n{outputs}")
    if not any(re.search(r"Test run with [1-9]\d* tests? .*passed", text) for text in outputs):
        raise Failure(f"the README's test did not run:\n{outputs}")


def check(toolchain, folder):
    """Compiles and runs the samples. Returns what was checked."""
    sources = [ROOT / "README.md", *(article for module in modules() for article in articles(module))]
    manifests, samples, readme = 0, [], []
    for source in sources:
        for number, text in enumerate(blocks(source), 1):
            if "import PackageDescription" in text:
                manifests += 1
                manifest(text, folder / f"manifest-{manifests}")
                continue
            sample = Sample(source, number, text, folder)
            (readme if source.name == "README.md" else samples).append(sample)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = list(filter(None, pool.map(lambda sample: problem(toolchain, sample), [*samples, *readme])))
    if problems:
        raise Failure("\n".join(problems))
    run_readme(toolchain, readme, folder)
    if len(readme) < 5 or len(samples) < 20 or manifests < 3:
        raise Failure(f"only {len(readme)} samples in the README, and {len(samples)} in articles")
    return f"{len(readme) + len(samples)} samples compiled, {len(readme)} of them run"
