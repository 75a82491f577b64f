"""The checks of the gate, one module an idea; :mod:`prompts.verify` puts them together."""
