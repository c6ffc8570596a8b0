"""Html -> Pdf, and what can be asked of a finished one.

Importing this costs next to nothing: the engine is loaded by the first `render_pdf`.
"""

from leaflets.pdf.attachments import Attachment, is_sealed, read_attachments
from leaflets.pdf.copy_seal import CopySeal, read_copy_seal
from leaflets.pdf.engine import Pdf, TooManyPagesError, TooWideError, render_pdf
from leaflets.pdf.fonts import default_rules
from leaflets.pdf.identity import engine_identity
from leaflets.pdf.structure import check_structure, read_identity
from leaflets.pdf.text import INVISIBLE, extract_text, logical_text

__all__ = [
    "INVISIBLE",
    "Attachment",
    "CopySeal",
    "Pdf",
    "TooManyPagesError",
    "TooWideError",
    "check_structure",
    "default_rules",
    "engine_identity",
    "extract_text",
    "is_sealed",
    "logical_text",
    "read_attachments",
    "read_copy_seal",
    "read_identity",
    "render_pdf",
]
