"""ICD-10-CM: the official list, search over it, and suggestions for the problems of a note."""

from nlp.icd10.coder import IcdCoder
from nlp.icd10.parse import note_from_sections, note_from_text

__all__ = ["IcdCoder", "note_from_sections", "note_from_text"]
