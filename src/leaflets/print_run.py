"""Outcomes of copies -> the file for the printer: a bookmark for each, and a separator before it if that is wanted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from leaflets.copies import CopyOutcome, Shop
from leaflets.files import part_of, sweep
from leaflets.packet_rules import packet_rules
from leaflets.separators import Place, separator_sheet

if TYPE_CHECKING:
    from leaflets.pdf.merge import Sheet


def print_run(outcomes: Iterator[CopyOutcome], file: Path, shop: Shop, count: int, *, separators: bool) -> bool:
    """Write the print file while the copies are made; whether there was any copy to print.

    Args:
        outcomes: in the order of the worklist; all of them are taken.
        file: appears when it is whole.
        shop: what the copies have in common.
        count: how many copies there are in all, for the separators.
        separators: a sheet before each copy.
    """
    from leaflets.pdf.merge import merge

    places = [0]

    def printing() -> Iterator[CopyOutcome]:
        # A packet is one file for several rows: it stands where its first row does. One that failed leaves a gap.
        for outcome in outcomes:
            if outcome.number == (outcome.packet or (outcome.number,))[0]:
                places[-1] += 1
                if outcome.path is not None:
                    yield outcome

    printed = printing()
    first = next(printed, None)
    if first is None:
        return False
    # The merge asks for a copy first, then for its title, then for its sheet.
    titled: deque[CopyOutcome] = deque()
    separated: deque[tuple[int, CopyOutcome]] = deque()

    def paths() -> Iterator[Path]:
        for outcome in chain([first], printed):
            titled.append(outcome)
            separated.append((places[-1], outcome))
            yield shop.output / str(outcome.path)

    def titles() -> Iterator[str]:
        while titled:
            outcome = titled.popleft()
            yield f"{outcome.number}. {outcome.title}"

    def sheets() -> Iterator[Sheet]:
        while separated:
            yield _sheet(*separated.popleft(), shop, count)

    sweep(file.parent, deep=False)
    with part_of(file) as beside:
        merge(paths(), file, titles=titles(), separators=sheets() if separators else None, beside=beside)
    return True


def _sheet(number: int, outcome: CopyOutcome, shop: Shop, count: int) -> Sheet:
    from leaflets.pdf.merge import Sheet

    assert outcome.base is not None
    job = outcome.base.job
    place = Place(number, count, outcome.line, str(outcome.path), outcome.pages)
    rules = packet_rules(shop.project).in_language(shop.kit.interface(shop.locale))
    title = rules.say("separator_mark", number=number, count=count)
    return Sheet(separator_sheet(place, shop.locale, job.paper, shop.project), title)
