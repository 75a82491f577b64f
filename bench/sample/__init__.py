"""How the sample visit was spoken."""
