"""Measurements of the product through its public doors. Never imported by the product."""
