"""Random crops: windows of images, from places that are drawn fairly."""

import numpy as np

from ..checks.outcome import Outcome
from ._chance import agrees, each_by_itself
from ._images import SAME, images_of_all_calls, repeat_fault, without_repeats


def crops_randomly(case, returned):
    """Each image is cut to a window of the given size, and every place is equally likely, for each image by itself.

    A right answer fails less than once in 10⁹.

    Parameters
    ----------
    case : has ``inputs``
        ``images`` (N, C, H, W), no two pixels of an image alike; ``size`` (2,), the window's height and width;
        ``seeds``, one a call.
    returned : dict
        ``{"images 1": ndarray (N, C, h, w), ...}``, one for each call.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    images, (h, w) = case.inputs["images"], case.inputs["size"].tolist()
    results, problem = images_of_all_calls(case, returned, (*images.shape[:2], h, w))
    if problem:
        return problem
    windows = np.lib.stride_tricks.sliding_window_view(images, (h, w), axis=(2, 3))
    calls = []
    for result in results:
        fits = np.isclose(windows, result[:, :, None, None], rtol=SAME, atol=0).all(axis=(4, 5))
        if not fits.all(axis=1).any(axis=(1, 2)).all():
            return Outcome(False, finding=_strange(fits))
        calls.append(np.argwhere(fits.all(axis=1))[:, 1:])
    seeds, counts = case.inputs["seeds"], windows.shape[2:4]
    finding = (
        _everywhere_alike(calls, counts)
        or repeat_fault(calls, seeds)
        or _places_fault(np.concatenate(without_repeats(calls, seeds)), counts)
        or _order_fault(np.stack(without_repeats(calls, seeds)), counts)
    )
    return Outcome(not finding, finding=finding)


def _strange(fits):
    """`fits`, (N, C, rows, columns), says where each channel of each result is found in its image."""
    if fits.any(axis=(2, 3)).all():
        return "channels of one image are cut at different places"
    return "what comes out is not a window of the image that went in"


def _everywhere_alike(calls, counts):
    """Whether all images of a call are cut at the same place."""
    if len(calls[0]) == 1 or max(counts) == 1 or not all((places == places[0]).all() for places in calls):
        return ""
    if len(calls) > 1 and all((places[0] == 0).all() for places in calls):
        return "every window is the upper left corner"
    if len(calls) > 1 and all((places[0] == [(count - 1) // 2 for count in counts]).all() for places in calls):
        return "every window is the middle"
    return "all images are cut at the same place"


def _places_fault(places, counts):
    """What is wrong with places, (N, 2), that should be uniform over ``counts`` rows and columns."""
    if len(places) == 1 or max(counts) == 1:
        return ""
    for axis, count in enumerate(counts):
        found = np.bincount(places[:, axis], minlength=count)
        if not agrees(found, len(places), 1 / count):
            what = "row" if axis == 0 else "column"
            return _line_fault(found, what)
    together = np.bincount(places[:, 0] * counts[1] + places[:, 1], minlength=counts[0] * counts[1])
    if not agrees(together, len(places), 1 / len(together)):
        return "the row and the column of a place are not drawn apart"
    return ""


def _order_fault(calls, counts):
    """What is wrong with places, (T, N, 2), of which every image should have its own."""
    places, count = calls[..., 0] * counts[1] + calls[..., 1], counts[0] * counts[1]
    fair = count == 1 or each_by_itself(places, 1 / count, axis=1)
    return "" if fair else "the place of one image follows from that of another"


def _line_fault(found, what):
    if found[-1] == 0 and found[:-1].all():
        return f"the last {what} that is possible is never drawn"
    if found[0] == 0 and found[1:].all():
        return f"the first {what} is never drawn"
    if np.count_nonzero(found) == 1:
        return f"the {what} is always the same"
    return f"some {what}s are drawn more often than others"
