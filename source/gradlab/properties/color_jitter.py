"""Color jitter: every channel of every image is brightened or darkened by its own factor."""

from collections.abc import Sequence

import numpy as np

from ..checks.outcome import Outcome
from ..typing import Floats
from ._chance import all_pairs, do_products_stray, is_plausible, is_too_even, is_uniform
from ._images import SAME, images_or_problem, repeat_fault, without_repeats
from ._returned import Case, Returned, verdict

ENOUGH = 100
FEW = 9  # images; in fewer, every factor of a channel could be 1 by chance


def jitters_colors(case: Case, returned: Returned) -> Outcome:
    """Check that each channel of each image is multiplied by its own factor and clipped at 1.

    The factors must be uniform over 1 - strength..1 + strength. A correct answer fails with probability below 10⁻⁹.

    Parameters
    ----------
    case : Case
        Its ``inputs`` are ``images`` (N, C, H, W) in 0..1, in which the darkest pixel of each channel is above 0 and no
        factor raises it to 1; ``strength``; and ``seeds``, one per call.
    returned : dict
        ``{"images 1": ndarray (N, C, H, W), ...}``, one per call.

    Returns
    -------
    Outcome
        The verdict, with the first fault found.
    """
    images, strength, seeds = (case.inputs[name] for name in ("images", "strength", "seeds"))
    results = images_or_problem(case, returned, images.shape)
    if isinstance(results, Outcome):
        return results
    factors, before = [], images.reshape(*images.shape[:2], -1).astype(np.float64)
    for result in results:
        after = result.reshape(before.shape).astype(np.float64)
        # The darkest pixel of a channel reveals the factor even if the bright pixels are clipped.
        darkest = before.argmin(axis=2)[..., None]
        factor = np.take_along_axis(after, darkest, 2) / np.take_along_axis(before, darkest, 2)
        finding = _pixels_fault(before, after, factor)
        if finding:
            return verdict(finding)
        factors.append(factor[..., 0])
    independent = without_repeats(factors, seeds)
    return verdict(
        repeat_fault(factors, seeds)
        or _factors_fault(np.concatenate(independent), strength)
        or _dependence_fault(independent, strength)
    )


def _pixels_fault(before: Floats, after: Floats, factor: Floats) -> str:
    """Describe what is wrong with channels, each of which should be multiplied by one factor and clipped at 1."""
    if np.allclose(after, np.minimum(before * factor, 1), rtol=10 * SAME):
        return ""
    darkest = before.min(axis=2, keepdims=True)
    shifted, shift = before + darkest * (factor - 1), "each channel is shifted by a number, not multiplied by a factor"
    outside = after.max() > 1 + SAME or after.min() < 0
    if outside and np.allclose(after, shifted, rtol=10 * SAME):
        return f"{shift}, and some pixels come out below 0 or above 1"
    if outside:
        return "some pixels come out below 0 or above 1"
    if np.allclose(after, np.clip(shifted, 0, 1), rtol=10 * SAME):
        return shift
    return "the pixels of one channel are not all multiplied by the same factor"


def _factors_fault(factors: Floats, strength: float) -> str:
    """Describe what is wrong with factors of shape (N, C), which should be uniform and all different."""
    if strength == 0:
        return "" if np.allclose(factors, 1, rtol=SAME) else "the images change even though strength is 0"
    if np.allclose(factors, 1, rtol=SAME):
        return "the images do not change"
    by_image, by_channel = (np.ptp(factors, axis=axis).max() < SAME for axis in (0, 1))
    if by_image and by_channel:
        return "all channels of all images get the same factor"
    if by_image:
        return "all images get the same factors"
    if by_channel:
        return "all channels of an image get the same factor, so its colors stay the same"
    if len(factors) > FEW and (np.abs(factors - 1).max(axis=0) < SAME).any():
        return "some channels never change"
    if _pile_up(factors, strength) or not is_uniform(factors.ravel(), 1 - strength, 1 + strength):
        return _spread_fault(factors, strength)
    if factors.size >= ENOUGH and is_too_even((factors.ravel() - (1 - strength)) / (2 * strength)):
        return "the factors are spaced too evenly to be random"
    # Check the range separately: a few factors outside it would hardly change the Kolmogorov-Smirnov distance.
    outside = np.abs(factors - 1).max() > strength * (1 + 100 * SAME)
    return "a factor is outside 1 - strength..1 + strength" if outside else ""


def _dependence_fault(calls: Sequence[Floats], strength: float) -> str:
    """Describe what is wrong with factors of shape (N, C) from each call, which should be independent."""
    if strength == 0:
        return ""
    centered = (np.stack(calls) - 1) / strength
    for axis, what in ((2, "channel"), (1, "image")):
        # A uniform number from -1..1 has a variance of 1/3, so the product of two has a standard deviation of 1/3.
        if any(do_products_stray(*pair, deviation=1 / 3, least=ENOUGH) for pair in all_pairs(centered, axis)):
            return f"the factors of one {what} depend on those of another"
    return ""


def _spread_fault(factors: Floats, strength: float) -> str:
    if (factors == 0).mean() > 0.1:
        return "many channels turn black"
    if (factors <= 1 + SAME).all():
        return "channels are only ever darkened, never brightened"
    if (factors >= 1 - SAME).all():
        return "channels are only ever brightened, never darkened"
    if np.abs(factors - 1).max() > strength * (1 + 100 * SAME):
        return "a factor is outside 1 - strength..1 + strength"
    if np.abs(factors - 1).max() < 0.9 * strength:
        return "the factors cover only the middle of 1 - strength..1 + strength"
    if _pile_up(factors, strength):
        return "many factors are at the ends of 1 - strength..1 + strength"
    return "the factors are not uniform over 1 - strength..1 + strength"


def _pile_up(factors: Floats, strength: float) -> bool:
    """Return whether more factors are near the ends of the range than uniform factors would be, as after clipping."""
    near = np.abs(factors - 1) > 0.99 * strength
    return bool(near.mean() > 0.01) and not is_plausible(near.sum(), near.size, 0.01)
