"""Hearing: sound in, words and turns out. Knows nothing of records, HTTP or databases."""
