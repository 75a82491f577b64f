"""The coders' work: review of a visit's codes, agreement with the suggestions, and codes ready for a claim."""
