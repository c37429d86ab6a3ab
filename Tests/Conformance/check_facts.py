"""Holds facts.toml against the application and, given a folder, against the documents that the facts come from.

    python check_facts.py [FOLDER]

FOLDER holds ``providers/NAME.md``, one fact sheet for each provider, and ``seeds/*.txt``, pages that they published.
Prints each mismatch and the number of checks. Exits with 1 when something does not agree or nothing was compared.
"""

import sys
from pathlib import Path

from app.main import create_app
from checks import notation, seeds
from checks.description import Description
from checks.report import Report
from checks.tables import Sheet


def compare_application(providers: list[notation.Provider], report: Report) -> None:
    """Every call of the facts is in the application, and the application has no other call and no other schema."""
    description = Description(create_app().openapi(), report, "app")
    operations = description.operations()
    stated = {(end.method, end.path): (one, end) for one in providers for end in one.endpoints}
    report.same("app: calls", sorted(stated), sorted(operations))
    for call in stated.keys() & operations.keys():
        description.compare(*stated[call], operations[call])
    report.same("app: schemas", sorted(description.reached), sorted(description.document["components"]["schemas"]))
    for provider in providers:
        names = {*provider.schemas, *provider.enums, *provider.unions} - {"HTTPValidationError", "ValidationError"}
        unused = names - provider.used
        report.true(f"facts.toml: {provider.name}", not unused, f"nothing in the application uses {sorted(unused)}")


def compare_documents(folder: Path, providers: list[notation.Provider], report: Report) -> None:
    """The sheets and pages agree with the facts."""
    sheets = {sheet.stem: sheet for sheet in (folder / "providers").glob("*.md")}
    report.same("sheets", sorted(provider.name for provider in providers), sorted(sheets))
    for provider in providers:
        if provider.name in sheets:
            before = report.checks
            Sheet(provider, sheets[provider.name].read_text(encoding="utf-8"), report).compare()
            print(f"  sheet {provider.name}: {report.checks - before} checks")
    before = report.checks
    seeds.compare(folder / "seeds", providers, report)
    print(f"  pages: {report.checks - before} checks")


def main(arguments: list[str]) -> int:
    """Run the comparisons; the result is the exit status."""
    report = Report()
    providers = notation.load(Path(__file__).with_name("facts.toml"))
    compare_application(providers, report)
    print(f"  application: {report.checks} checks")
    if arguments:
        compare_documents(Path(arguments[0]), providers, report)
    for mismatch in report.mismatches:
        print(f"MISMATCH {mismatch}")
    print(f"facts: {report.checks} checks, {len(report.mismatches)} mismatches")
    return 1 if report.mismatches or not report.checks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
