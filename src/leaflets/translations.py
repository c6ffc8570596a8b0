"""A block + the catalogue of its translations -> the block's runs in the reader's language, or None.

A message is the text of a block, its context is the variant. Whoever decides what is approved does it in the
catalogue: what stands in there prints.
"""

from __future__ import annotations

import re

from leaflets.catalogue import Catalogue
from leaflets.monograph import Block, Run
from leaflets.runs import slice_runs, trim_runs

Runs = tuple[Run, ...]
_BETWEEN_CELLS = re.compile(r"\s\|\s")


def translated_runs(catalogue: Catalogue | None, variant: str, block: Block) -> Runs | None:
    """What a translator wrote for a block, or None where there is nothing that can stand in its place."""
    written = catalogue.texts.get((variant, block.text)) if catalogue else None
    if written is None or (block.cells and translated_cells(written.runs, block) is None):
        return None
    return written.runs


def translated_cells(runs: Runs, block: Block) -> tuple[Runs, ...] | None:
    """The cells of a table's row, which a translation parts with ``|`` as the source does; None for another number."""
    text = "".join(run.text for run in runs)
    ends = [0, *(place for match in _BETWEEN_CELLS.finditer(text) for place in match.span()), len(text)]
    pairs = zip(ends[::2], ends[1::2], strict=True)
    cells = tuple(trim_runs(slice_runs(runs, start, end)) for start, end in pairs)
    return cells if len(cells) == len(block.cells) else None
