"""Correct pairs of a language, from ``tests/cases``: those of the suite, and more of another style."""

from __future__ import annotations

import tomllib
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"
TAGS = ("es", "de", "fr", "ar", "hi", "zh-Hans", "ja", "ru", "th")


def pairs_of(tag: str, kinds: tuple[str, ...] = ("", "dev", "held-out", "langs", "last")) -> list[tuple[str, str]]:
    """Sources and translations."""
    out: list[tuple[str, str]] = []
    for kind in kinds:
        path = CASES / (f"translation-more/{tag}.{kind}.toml" if kind else f"translation/{tag}.toml")
        if path.is_file():
            out += [(source, target) for source, target in tomllib.loads(path.read_text(encoding="utf-8"))["pairs"]]
    return out
