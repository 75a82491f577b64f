"""How people speak and how notes are written: tidying, numbers, grammar, questions. Pure functions on strings."""
