"""Leaflets of many locales -> one picture, to be looked at: `python -m tests.contact_sheet`.

Builds one monograph in every locale as a draft and sets the first pages side by side. No program sees what it shows:
letters that collide, boxes, doses that run backwards.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from PIL import Image, ImageDraw

from leaflets.build import build_one
from leaflets.jobs import Job
from leaflets.locales import default_paper

from .conftest import ROOT

LOCALES = (
    "en-US", "en-IN", "es-US", "hi-IN", "zh-Hans-CN", "zh-Hant-TW", "ar-EG", "bn-BD", "ru-RU", "vi-VN", "ko-KR",
    "fil-PH", "ht-HT", "pl-PL", "pt-BR", "fr-FR", "de-DE", "it-IT", "ta-IN", "te-IN", "mr-IN", "gu-IN", "ur-PK",
    "fa-IR", "he-IL", "ja-JP", "th-TH", "pa-IN", "am-ET", "en-GB",
)  # fmt: skip
"""The 24 of the design, the next ones, and British English."""


def first_page(pdf: Path, dpi: int, page: int = 1) -> Image.Image:
    """A page as a picture, by poppler: another eye than the engine that drew it."""
    run = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-png", str(pdf)]
    png = subprocess.run(run, capture_output=True, check=True).stdout
    target = pdf.with_suffix(".png")
    target.write_bytes(png)
    return Image.open(target).convert("RGB")


def montage(pictures: list[tuple[str, Image.Image]], columns: int) -> Image.Image:
    """Pictures in rows, each with its name above."""
    width = max(picture.width for _, picture in pictures)
    height = max(picture.height for _, picture in pictures) + 14
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (width * columns, height * rows), "white")
    for number, (name, picture) in enumerate(pictures):
        at = (number % columns * width, number // columns * height)
        ImageDraw.Draw(sheet).text((at[0] + 4, at[1] + 1), name, fill="black")
        sheet.paste(picture, (at[0], at[1] + 14))
    return sheet


def main() -> int:
    """Build, draw, and say where the picture is."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--monograph", default="paracetamol")
    ask.add_argument("--variant", default="patient")
    ask.add_argument("--output", type=Path, default=Path("output/contact"))
    ask.add_argument("--dpi", type=int, default=60)
    ask.add_argument("--columns", type=int, default=7)
    ask.add_argument("locales", nargs="*", default=list(LOCALES))
    given = ask.parse_args()
    source = str(ROOT / "content" / "monographs" / f"{given.monograph}.md")
    jobs = [
        Job(
            source, given.monograph, given.variant, tag, "standard", default_paper(tag), str(given.output), str(ROOT),
            draft=True,
        )
        for tag in given.locales
    ]  # fmt: skip
    paths = {outcome.job.locale: outcome.path for outcome in map(build_one, jobs)}
    failed = [tag for tag in given.locales if paths[tag] is None]
    pages = [(tag, first_page(given.output / (paths[tag] or ""), given.dpi)) for tag in given.locales if paths[tag]]
    target = given.output / f"{given.monograph}-{given.variant}.png"
    montage(pages, given.columns).save(target)
    print(f"{target}: {len(pages)} locales; failed: {', '.join(failed) or 'none'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
