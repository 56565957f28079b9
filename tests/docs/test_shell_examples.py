"""Every shell example of README.md and docs/ runs, and prints what its page shows."""

import re
import shutil
from collections.abc import Callable
from typing import Final

import pytest

from tests.docs.reader import Reader
from tests.docs.shell_blocks import ROOT, Step, hidden_commands, pages, steps

EXAMPLES: Final = [step for page in pages() for step in steps(page) if step.fence.is_shell]
RUN: Final = [step for step in EXAMPLES if step.fence.mark != "not run"]
NOT_RUN: Final = [step for step in EXAMPLES if step.fence.mark == "not run"]
MOST_NOT_RUN: Final = 12
"""What asks live repositories, needs root, or sets up what the test runs in."""


@pytest.mark.parametrize("step", RUN, ids=[step.name for step in RUN])
def test_the_example_runs(step: Step, reader_of: Callable[[str], Reader]):
    before = RUN[: RUN.index(step) + 1]  # what a page did earlier is needed, too
    text = "".join(each.fence.text for each in before if each.page == step.page)
    for program in ("curl", "jq"):
        if re.search(rf"\b{program}\b", text) and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    reader_of(step.page).follow(step)


def test_few_examples_are_not_run_and_each_says_why():
    listed = [f"{step.name}: {step.fence.argument}" for step in NOT_RUN]
    assert [step.name for step in NOT_RUN if len(step.fence.argument.split()) < 3] == []
    assert len(NOT_RUN) <= MOST_NOT_RUN, "\n".join(listed)


def test_no_command_hides_where_it_is_not_run():
    assert [found for page in pages() for found in hidden_commands(page)] == []


def test_each_tutorial_shows_what_its_commands_print():
    for name in ("meta-researchers", "librarians", "portals"):
        shown = [
            step
            for step in steps(ROOT / "docs" / "tutorials" / f"{name}.md")
            if step.output is not None
        ]
        assert len(shown) >= 4, f"docs/tutorials/{name}.md shows {len(shown)} outputs"
