"""Drug monographs in, leaflets out: see README.md beside this file for the pipeline."""

__version__ = "0.1.0"
