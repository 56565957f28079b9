"""Gives memory that was freed back to the system, which the C library keeps for later."""

import ctypes
import sys
from collections.abc import Callable
from typing import Final


def _find() -> Callable[[int], object] | None:
    """`malloc_trim` of the GNU C library; other libraries have none, and need none."""
    if not sys.platform.startswith("linux"):
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)


_TRIM: Final = _find()


def give_back() -> None:
    """Give back what is free. Takes milliseconds; what was given back costs a little to get anew.

    https://man7.org/linux/man-pages/man3/malloc_trim.3.html
    """
    if _TRIM is not None:
        _TRIM(0)
