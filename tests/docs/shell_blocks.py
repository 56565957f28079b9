"""The shell examples of README.md and docs/: where each stands, and what stands around it.

Comments of HTML right before a block say what a reader does not need to see:

- `<!-- not run: REASON -->`: the test leaves the shell block out.
- `<!-- output -->`: the text block is what the shell block before it prints.
- `<!-- file: NAME -->`: the block is a file that the reader makes.
- `<!-- config -->`: the block is added to config.toml.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SHELLS: Final = frozenset({"sh", "shell", "console", "bash"})
_FENCE: Final = re.compile(r"^( *)(```+|~~~+) *([^`]*?) *$")
_MARK: Final = re.compile(r"^ *<!-- *(not run|output|file|config) *:? *(.*?) *-->$")
_COMMAND: Final = re.compile(r"^(?:    )?(?:\.venv/bin/)?(?:weft|curl) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One block between fences."""

    line: int
    """Of the opening fence, from 1."""
    language: str
    text: str
    mark: str = ""
    """`not run`, `output`, `file`, `config`, or nothing."""
    argument: str = ""
    """What the mark says behind its colon."""

    @property
    def is_shell(self) -> bool:
        return self.language in SHELLS


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a reader does with one block."""

    page: str
    """Path below the repository."""
    fence: Fence
    output: str | None = None
    """What the page says that it prints."""

    @property
    def name(self) -> str:
        return f"{self.page}:{self.fence.line}"


def pages() -> list[Path]:
    """Every page with examples, in one order everywhere."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def steps(path: Path) -> list[Step]:
    """What a reader of a page does, from its first block to its last.

    Raises:
        ValueError: a mark stands before a block that it does not fit, or a block does not end.
    """
    page = path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
    found: list[Step] = []
    for fence in fences(path.read_text(encoding="utf-8"), page):
        if fence.mark == "output":
            if not found or not found[-1].fence.is_shell:
                raise ValueError(f"{page}:{fence.line}: output of no shell block")
            found[-1] = Step(page=page, fence=found[-1].fence, output=fence.text)
        elif fence.is_shell or fence.mark in {"file", "config"}:
            found.append(Step(page=page, fence=fence))
        elif fence.mark:
            raise ValueError(f"{page}:{fence.line}: `{fence.mark}` before a block that is not run")
    return found


def fences(text: str, page: str) -> Iterator[Fence]:
    """The blocks of a page with the marks before them.

    Raises:
        ValueError: a block does not end.
    """
    lines = text.splitlines()
    at, mark = 0, ("", "")
    while at < len(lines):
        opening = _FENCE.match(lines[at])
        if opening:
            indent, fence, language = opening.groups()
            end = next(
                (n for n in range(at + 1, len(lines)) if lines[n].strip() == fence), len(lines)
            )
            if end == len(lines):
                raise ValueError(f"{page}:{at + 1}: the block does not end")
            body = "".join(f"{line.removeprefix(indent)}\n" for line in lines[at + 1 : end])
            yield Fence(line=at + 1, language=language, text=body, mark=mark[0], argument=mark[1])
            at, mark = end, ("", "")
        elif lines[at].strip():
            marked = _MARK.match(lines[at])
            mark = (marked[1], marked[2]) if marked else ("", "")
        at += 1


def hidden_commands(path: Path) -> list[str]:
    """Commands that stand where this file does not look: indented, or in a block of no language."""
    text = path.read_text(encoding="utf-8")
    found = [
        f"{path.name}:{fence.line}: {fence.text.splitlines()[0]}"
        for fence in fences(text, path.name)
        if not fence.is_shell and fence.mark != "output" and _COMMAND.match(fence.text)
    ]
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside and line.startswith("    ") and _COMMAND.match(line):
            found.append(f"{path.name}:{number}: {line.strip()}")
    return found
