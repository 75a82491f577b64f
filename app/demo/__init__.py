"""The demo: the sample visit, from sound to a filed document, through the doors that everyone uses."""
