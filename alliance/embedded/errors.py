"""What can go wrong while starting: one sentence that names the thing and the remedy."""


class StartError(Exception):
    """Shown to the person at the terminal; ends with a non-zero exit."""
