"""The shared libraries under the engine: are they there, and which versions.

Asked through ctypes, so that the engine itself (over a second to import) is not needed for the answer.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from contextlib import suppress
from functools import cache
from pathlib import Path

from leaflets.errors import PdfError, Problem
from leaflets.pdf.fonts import read_rules

# Names as Linux, macOS and Windows know them.
_LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    # Without it the engine falls back to fontTools: the same bytes or nearly, at ten times the time.
    "HarfBuzz subset": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
    "FriBidi": ("libfribidi.so.0", "libfribidi.0.dylib", "libfribidi-0.dll"),
}
_NEEDED = tuple(name for name in _LIBRARIES if name != "FriBidi")


def require_libraries(rules_file: Path) -> None:
    """Stop with the command that installs them when libraries are missing."""
    missing = [name for name in _NEEDED if load_library(name) is None]
    if missing:
        raise PdfError(
            Problem(
                "library-missing",
                f"Libraries that the PDF engine needs are not on this machine: {', '.join(missing)}.",
                hint=read_rules(rules_file).hint("libraries"),
            )
        )


def library_versions() -> dict[str, str]:
    """Name to version, ``none`` for a library that is not there."""
    return {
        "Pango": _text("Pango", "pango_version_string"),
        "HarfBuzz": _text("HarfBuzz", "hb_version_string"),
        # It has no version of its own: it is built with HarfBuzz.
        "HarfBuzz subset": _text("HarfBuzz subset", "hb_version_string", otherwise="HarfBuzz"),
        "Fontconfig": _number("Fontconfig", "FcGetVersion"),
        "FriBidi": _variable("FriBidi", "fribidi_version_info"),
    }


@cache
def load_library(name: str) -> ctypes.CDLL | None:
    """A library by our name for it, or nothing if it is not there."""
    for file in _LIBRARIES[name]:
        with suppress(OSError):
            return ctypes.CDLL(file)
    stem = _LIBRARIES[name][0].removeprefix("lib").split(".so")[0]
    found = ctypes.util.find_library(stem)
    return ctypes.CDLL(found) if found else None


def _text(name: str, function: str, otherwise: str = "") -> str:
    library = load_library(name)
    if library is None:
        return "none"
    try:
        ask = getattr(library, function)
    except AttributeError:
        return otherwise
    ask.restype = ctypes.c_char_p
    return bytes(ask()).decode()


def _number(name: str, function: str) -> str:
    library = load_library(name)
    return str(getattr(library, function)()) if library is not None else "none"


def _variable(name: str, variable: str) -> str:
    library = load_library(name)
    if library is None:
        return "none"
    value = ctypes.c_char_p.in_dll(library, variable).value or b""
    # Several lines with addresses of the project; the first has the version.
    return value.decode(errors="replace").splitlines()[0] if value else ""
