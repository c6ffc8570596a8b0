"""The engine's functions that ours stand in for: one place that swaps them, wherever the engine has imported them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_ENGINE, _OURS = "weasyprint", "leaflets.pdf.columns"


def stand_in(theirs: Callable[..., Any], ours: Callable[..., Any]) -> None:
    """Let ours be called in place of theirs in this process."""
    for name, module in list(sys.modules.items()):
        looked_at = name == _OURS or name.split(".")[0] == _ENGINE
        if looked_at and getattr(module, theirs.__name__, None) is theirs:
            setattr(module, theirs.__name__, ours)
