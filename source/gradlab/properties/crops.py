"""Random crops: windows of images at uniformly random positions."""

from collections.abc import Sequence

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Array, Integers
from ._chance import are_independent, is_plausible
from ._images import SAME, images_or_problem, repeat_fault, without_repeats
from ._returned import Case, Returned, verdict


def crops_randomly(case: Case, returned: Returned) -> Outcome:
    """Check that each image is cropped to a window of the given size at a random position.

    All positions must be equally likely, and the positions of different images must be independent. A correct answer
    fails with probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``images`` (N, C, H, W), in which no two pixels of an image are equal; ``size`` (2,), the
        window's height and width; and ``seeds``, one per call.
    returned : dict
        ``{"images 1": ndarray (N, C, h, w), ...}``, one per call.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    images, seeds, (h, w) = case.inputs["images"], case.inputs["seeds"], case.inputs["size"].tolist()
    results = images_or_problem(case, returned, (*images.shape[:2], h, w))
    if isinstance(results, Outcome):
        return results
    windows = np.lib.stride_tricks.sliding_window_view(images, (h, w), axis=(2, 3))
    calls = []
    for result in results:
        fits = np.isclose(windows, result[:, :, None, None], rtol=SAME, atol=0).all(axis=(4, 5))
        if not fits.all(axis=1).any(axis=(1, 2)).all():
            return verdict(_window_fault(fits))
        calls.append(np.argwhere(fits.all(axis=1))[:, 1:])
    counts, independent = windows.shape[2:4], without_repeats(calls, seeds)
    return verdict(
        _same_place_fault(calls, counts)
        or repeat_fault(calls, seeds)
        or _places_fault(np.concatenate(independent), counts)
        or _dependence_fault(np.stack(independent), counts)
    )


def _window_fault(fits: Array) -> str:
    """Describe what is wrong with a result, given where each of its channels matches its image.

    `fits` (N, C, rows, columns) says for each position whether the channel of the result matches the image there.
    """
    if fits.any(axis=(2, 3)).all():
        return "channels of one image are cropped in different places"
    return "the result is not a window of the original image"


def _same_place_fault(calls: Sequence[Integers], counts: tuple[int, ...]) -> str:
    """Describe the fault if each call crops all its images at the same position."""
    if len(calls[0]) == 1 or max(counts) == 1 or not all((places == places[0]).all() for places in calls):
        return ""
    if len(calls) > 1 and all((places[0] == 0).all() for places in calls):
        return "every window is in the upper left corner"
    if len(calls) > 1 and all((places[0] == [(count - 1) // 2 for count in counts]).all() for places in calls):
        return "every window is in the middle"
    return "all images are cropped in the same place"


def _places_fault(places: Integers, counts: tuple[int, ...]) -> str:
    """Describe what is wrong with crop positions of shape (N, 2), which should be uniform over all positions."""
    if len(places) == 1 or max(counts) == 1:
        return ""
    for axis, count in enumerate(counts):
        found = np.bincount(places[:, axis], minlength=count)
        if not is_plausible(found, len(places), 1 / count):
            return _line_fault(found, "row" if axis == 0 else "column")
    together = np.bincount(places[:, 0] * counts[1] + places[:, 1], minlength=counts[0] * counts[1])
    if not is_plausible(together, len(places), 1 / len(together)):
        return "the row and the column of a window are not independent"
    return ""


def _dependence_fault(calls: Integers, counts: tuple[int, ...]) -> str:
    """Describe what is wrong with crop positions of shape (T, N, 2), which should be independent across images."""
    places, count = calls[..., 0] * counts[1] + calls[..., 1], counts[0] * counts[1]
    independent = count == 1 or are_independent(places, 1 / count, axis=1)
    return "" if independent else "one image's window depends on another's"


def _line_fault(found: Integers, what: str) -> str:
    if found[-1] == 0 and found[:-1].all():
        return f"the last possible {what} is never chosen"
    if found[0] == 0 and found[1:].all():
        return f"the first {what} is never chosen"
    if np.count_nonzero(found) == 1:
        return f"the {what} is always the same"
    return f"some {what}s are chosen more often than others"
