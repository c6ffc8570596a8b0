"""Monographs <-> what translators work with: PO catalogues, XLIFF, pseudo-locales.

Monograph + Ledger ─segments─→ Segments ─extract, update─→ Po ─xliff─→ bytes ─→ a translator ─→ Po
                                    Po + Monograph ─reassemble─→ Monograph in another language
"""
