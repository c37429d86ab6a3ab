"""Puts every mutant into one build: each function that a diff changes gets its bodies, of which a number in the
environment chooses one.
"""

import hashlib
import pathlib
import re
import subprocess
import tempfile

SWITCH = """import Foundation

let activeMutant = Int(ProcessInfo.processInfo.environment["APIKEYS_MUTANT"] ?? "") ?? 0
"""

DECLARATION = re.compile(
    r"^( *)(?:@\w+ +)*(?:(?:public|package|fileprivate|private|static|final|mutating|convenience|override|nonisolated)"
    r"(?:\(set\))? +)*(?:func|init|deinit|subscript|var|get|set)\b")


class Failed(Exception):
    """Why there is nothing to build."""


class Mutant:
    """A diff of one file. What stands above it says which tests are tried first."""

    def __init__(self, path):
        self.name = path.stem
        # Of its name alone, so that a further mutant changes no other file.
        self.number = int(hashlib.sha256(self.name.encode()).hexdigest()[:7], 16)
        self.diff = path.read_text()
        self.digest = hashlib.sha256(self.diff.encode()).hexdigest()[:8]
        head, _, rest = self.diff.partition("--- a/")
        self.file = rest.partition("\n")[0]
        self.tests = self._line(head, "Killed by")
        self.has_script = "Tests/" in (self.tests or "")
        self.equivalent = self._line(head, "Equivalent")
        self.alone = self._line(head, "Built alone")

    @staticmethod
    def _line(head, name):
        found = re.search(rf"^{name}: (.*)$", head, re.MULTILINE)
        return found and found[1]

    def changed(self, text):
        """The text of the file with the change."""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "file")
            file.write_text(text)
            done = subprocess.run(
                ["patch", "--silent", "--force", "--no-backup-if-mismatch", "--fuzz=0", file], input=self.diff,
                text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                raise Failed(f"{self.name}: the diff does not apply: {done.stdout.strip()}")
            return file.read_text()


def declaration(lines, place):
    """The lines between which the body of the declaration at a line stands, and its header; `None` if it has none."""
    found = place < len(lines) and DECLARATION.match(lines[place])
    if not found:
        return None
    indent = found[1]
    if "{" in lines[place] and lines[place].endswith("}"):
        return place, place, lines[place].partition(" {")[0]
    start = place
    while not lines[start].endswith("{"):
        start += 1
        if start == len(lines) or not re.match(rf"{indent}( |\)|\{{$)", lines[start]):
            return None
    end = start + 1
    while end < len(lines) and not lines[end].startswith(indent + "}"):
        end += 1
    # `{ … } ?? …` at the end of a stored property, or `} set {`.
    return (start, end, "\n".join(lines[place:start + 1])) if end < len(lines) and lines[end] == indent + "}" else None


def body(lines, start, end):
    """What stands between a declaration's braces."""
    if start < end:
        return "\n".join(lines[start + 1:end])
    return lines[start].partition(" {")[2].rpartition("}")[0]


def place_of(mutant, lines, changed):
    """The first line of the innermost declaration that holds all that a mutant changes."""
    first = next(i for i, (a, b) in enumerate(zip(lines + [None], changed + [None])) if a != b)
    same = 0
    while same < min(len(lines), len(changed)) - first and lines[-1 - same] == changed[-1 - same]:
        same += 1
    last = max(len(lines) - same - 1, first)
    for place in range(first, -1, -1):
        found, other = declaration(lines, place), declaration(changed, place)
        if not found or not other or found[2] != other[2]:
            continue
        if (place == first == last and found[0] == found[1]) or (
                found[0] < first and last < found[1]) or (found[0] < first == found[1] and len(changed) > len(lines)):
            return place
    raise Failed(f"{mutant.name}: no function holds all that it changes: write \"Built alone: WHY\" above the diff")


def switched(text, mutants):
    """The text of a file with the switches of its mutants."""
    lines = text.split("\n")
    changed = {mutant: mutant.changed(text).split("\n") for mutant in mutants}
    groups = {}
    for mutant in mutants:
        groups.setdefault(place_of(mutant, lines, changed[mutant]), []).append(mutant)
    spans = {place: declaration(lines, place) for place in groups}
    for place in sorted(groups, key=lambda place: spans[place][1] - spans[place][0]):
        # A function within another one that has mutants too.
        outer = [other for other in groups if other < place <= spans[other][1]]
        if outer:
            groups[max(outer)] += groups.pop(place)
    for place in sorted(groups, reverse=True):
        start, end, header = spans[place]
        parts = []
        for mutant in groups[place]:
            other = changed[mutant]
            parts.append(f"if activeMutant == {mutant.number} {{  // {mutant.name}")
            parts.append(body(other, *declaration(other, place)[:2]))
            parts.append("} else")
        parts[-1] += " {"
        parts += [body(lines, start, end), "}"]
        if start == end:
            lines[place:place + 1] = [header + " {", *parts, "}"]
        else:
            lines[start + 1:end] = parts
    return "\n".join(lines)
