"""transformers writes to standard error through a handler of its own; its messages may quote what it was given."""

from transformers.utils import logging


def quiet_transformers() -> None:
    """Hand the library's messages to the process's own logging, which withholds their text; show no progress bars."""
    logging.disable_default_handler()
    logging.enable_propagation()
    logging.disable_progress_bar()
