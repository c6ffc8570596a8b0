"""The label that a block starts with, in bold or not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from leaflets.monograph import Block, Run
from leaflets.runs import slice_runs, trim_runs

_COLONS = ":："
"""The second one is Chinese and Japanese."""
_PLAIN_LABEL = re.compile(r"([A-Z][^:.\n]{2,60}):\s")


def lead_label(runs: Sequence[Run]) -> tuple[str | None, bool]:
    """The bold lead of a block without its colon, and whether the block is nothing else."""
    if not runs or not runs[0].bold:
        return None, False
    first, rest = runs[0].text, "".join(run.text for run in runs[1:])
    if first.rstrip().endswith(tuple(_COLONS)):
        return first.rstrip().rstrip(_COLONS).strip(), not rest.strip()
    if rest.lstrip("\u00a0\u202f ").startswith(tuple(_COLONS)):
        return first.strip(), not rest.strip(f"{_COLONS}\u00a0\u202f \n")
    return (first.strip(), True) if not rest.strip() and len(first.split()) <= 8 and "." not in first else (None, False)


def plain_label(runs: Sequence[Run]) -> str | None:
    """A lead of a block that is a label but for its type: `Adults: 5 mg`."""
    match = _PLAIN_LABEL.match("".join(run.text for run in runs) + " ")
    return match.group(1) if match else None


def without_label(block: Block) -> tuple[Run, ...]:
    """The runs below a block's bold lead; all of them where it has none."""
    text = "".join(run.text for run in block.runs)
    match = re.match(re.escape(block.label) + rf"\s*[{_COLONS}]?\s*", text) if block.label else None
    return trim_runs(slice_runs(block.runs, match.end())) if match else block.runs
