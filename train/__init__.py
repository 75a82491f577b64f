"""Fitting what the product ships: the adapter of the embedded language model and the salience model."""
