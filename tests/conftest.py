"""What the tests share: the repository, its rules, the corpus when it is there, and monographs written in a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leaflets.kit import Kit, load_kit
from leaflets.monograph import Monograph
from leaflets.reader import read_monograph
from leaflets.source import parse_source

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


def corpus_files() -> list[Path]:
    """The real monographs beside the checkout, or none."""
    return sorted((SHARED / "corpus").rglob("*.md")) + sorted((SHARED / "seed").glob("*.md"))


def demo_files() -> list[Path]:
    """The project's own monographs."""
    return sorted((ROOT / "content" / "monographs").glob("*.md"))


@pytest.fixture(scope="session")
def kit() -> Kit:
    return load_kit(ROOT)


@pytest.fixture(scope="session")
def corpus() -> list[Path]:
    files = corpus_files()
    if not files:
        pytest.skip("the corpus folder (../shared/corpus) is not there")
    return files


@pytest.fixture
def read(kit: Kit) -> Callable[..., Monograph]:
    """A monograph from a body written in the test."""

    def _read(body: str, *, title: str = "Testamol", slug: str = "testamol") -> Monograph:
        text = f"---\ntitle: {title}\nis_banned: false\n---\n{body}"
        return read_monograph(parse_source(text.encode(), slug, f"{slug}.md"), kit.rules)

    return _read
