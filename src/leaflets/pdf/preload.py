"""Imported by the fork server, once for all workers: what the engine needs, as far as it can be loaded.

Where a library is missing, nothing is said here: the first leaflet says it, with the command that installs it.
"""

from contextlib import suppress

with suppress(Exception):
    import weasyprint  # type: ignore[import-untyped]  # noqa: F401

    import leaflets.pdf.finish
    import leaflets.pdf.shortcuts  # noqa: F401
