"""Visits that come as text: transcripts read, taken into the record, and an inbox folder that is watched."""
