"""Counting checks and collecting what does not agree."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Report:
    """The number of comparisons made, and one line for each that failed."""

    checks: int = 0
    mismatches: list[str] = field(default_factory=list)

    def same(self, where: str, stated: Any, found: Any) -> bool:
        """Count a comparison of what facts.toml states with what was found."""
        self.checks += 1
        if stated != found:
            self.mismatches.append(f"{where}: facts.toml says {stated!r}, found {found!r}")
        return stated == found

    def true(self, where: str, holds: bool, message: str) -> bool:
        """Count a comparison whose outcome is already known."""
        self.checks += 1
        if not holds:
            self.mismatches.append(f"{where}: {message}")
        return holds
