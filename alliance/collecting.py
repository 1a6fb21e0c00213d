"""The garbage collector in processes that stay."""

import gc


def keep_what_is_loaded(*, young: int) -> None:
    """Leave alone what is loaded by now, and look at what is new after so many objects more.

    To look through half a million objects that stay is a pause, again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young)
