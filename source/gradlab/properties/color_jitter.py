"""Color jitter: channels brightened and dimmed, each by a factor of its own."""

import numpy as np

from ..checks.outcome import Outcome
from ._chance import is_too_even, is_uniform, pairs_apart
from ._images import SAME, images_of_all_calls, repeat_fault, without_repeats

SIGMAS = 7


def jitters_colors(case, returned):
    """Each channel of each image is multiplied by a factor of its own and cut off at 1.

    The factors are uniform in 1 - strength..1 + strength. A right answer fails less than once in 10⁹.

    Parameters
    ----------
    case : has ``inputs``
        ``images`` (N, C, H, W) in 0..1, in each channel a pixel above 0 that no factor brings to 1; ``strength``;
        ``seeds``, one a call.
    returned : dict
        ``{"images 1": ndarray (N, C, H, W), ...}``, one for each call.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    images, strength = case.inputs["images"], case.inputs["strength"]
    results, problem = images_of_all_calls(case, returned, images.shape)
    if problem:
        return problem
    factors, before = [], images.reshape(*images.shape[:2], -1).astype(np.float64)
    for result in results:
        after = result.reshape(before.shape).astype(np.float64)
        # The darkest pixel of a channel shows its factor, whatever becomes of the bright ones.
        darkest = before.argmin(axis=2)[..., None]
        factor = np.take_along_axis(after, darkest, 2) / np.take_along_axis(before, darkest, 2)
        finding = _strange(before, after, factor)
        if finding:
            return Outcome(False, finding=finding)
        factors.append(factor[..., 0])
    finding = repeat_fault(factors, case.inputs["seeds"])
    drawn = without_repeats(factors, case.inputs["seeds"])
    finding = finding or _factors_fault(np.concatenate(drawn), strength) or _ties_fault(drawn, strength)
    return Outcome(not finding, finding=finding)


def _strange(before, after, factor):
    """What was done to channels that are not what they were times one factor, cut off at 1."""
    if np.allclose(after, np.minimum(before * factor, 1), rtol=10 * SAME):
        return ""
    if after.max() > 1 + SAME or after.min() < 0:
        return "numbers outside 0..1 come out"
    darkest = before.min(axis=2, keepdims=True)
    if np.allclose(after, np.clip(before + darkest * (factor - 1), 0, 1), rtol=10 * SAME):
        return "something is added to a channel where it should be multiplied"
    return "the pixels of a channel do not all have one factor"


def _factors_fault(factors, strength):
    """What is wrong with factors, (N, C), that should be uniform and apart."""
    if strength == 0:
        return "" if np.allclose(factors, 1, rtol=SAME) else "something changes although strength is 0"
    if np.allclose(factors, 1, rtol=SAME):
        return "nothing changes"
    by_image, by_channel = (np.ptp(factors, axis=axis).max() < SAME for axis in (0, 1))
    if by_image and by_channel:
        return "all channels of all images have one factor"
    if by_image:
        return "all images have the same factors"
    if by_channel:
        return "all channels of an image have one factor, so its colors stay"
    if not is_uniform(factors.ravel(), 1 - strength, 1 + strength):
        return _spread_fault(factors, strength)
    if factors.size >= 100 and is_too_even(factors.ravel(), 1 - strength, 1 + strength):
        return "the factors are spaced too evenly to be random"
    # Of uniform numbers none lies outside; a few that do would hardly show in the shares.
    outside = np.abs(factors - 1).max() > strength * (1 + 100 * SAME)
    return "a factor lies outside 1 - strength..1 + strength" if outside else ""


def _ties_fault(drawn, strength):
    """What is wrong with factors, (N, C) from each call, of which none should tell another."""
    if strength == 0:
        return ""
    centered = (np.stack(drawn) - 1) / strength
    for axis, what in ((2, "channel"), (1, "image")):
        for distance in range(1, centered.shape[axis]):
            if any(_tied(*pairs_apart(centered, distance, axis, odd)) for odd in (False, True)):
                return f"the factors of one {what} follow from those of another"
    return ""


def _tied(one, other):
    # Of independent factors the products have mean 0 and deviation 1/3.
    return one.size >= 100 and abs((one * other).mean()) > SIGMAS / 3 / np.sqrt(one.size)


def _spread_fault(factors, strength):
    if (factors == 0).mean() > 0.1:
        return "many channels become black"
    if (factors <= 1 + SAME).all():
        return "channels are dimmed and never brightened"
    if (factors >= 1 - SAME).all():
        return "channels are brightened and never dimmed"
    if np.abs(factors - 1).max() > strength * (1 + 100 * SAME):
        return "a factor lies outside 1 - strength..1 + strength"
    return "the factors are not spread evenly over 1 - strength..1 + strength"
