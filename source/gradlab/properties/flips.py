"""Horizontal flips: some images mirrored, the others left alone."""

import numpy as np

from ..checks.outcome import Outcome
from ._chance import agrees, each_by_itself, explains, pairs_apart
from ._images import are_alike, images_of_all_calls, repeat_fault, without_repeats


def flips_horizontally(case, returned):
    """Each image is as it was or its mirror image, the latter with probability p, each by itself.

    A right answer fails less than once in 10⁹.

    Parameters
    ----------
    case : has ``inputs``
        ``images`` (N, C, H, W), no two pixels of an image alike; ``p``, 0.5 if missing; ``seeds``, one a call.
    returned : dict
        ``{"images 1": ndarray (N, C, H, W), ...}``, one for each call.

    Returns
    -------
    Outcome
        With the first fault found.
    """
    images, p = case.inputs["images"], case.inputs.get("p", 0.5)
    results, problem = images_of_all_calls(case, returned, images.shape)
    if problem:
        return problem
    flips = []
    for result in results:
        flipped = are_alike(result, images[..., ::-1])
        if not (flipped | are_alike(result, images)).all():
            return Outcome(False, finding=_strange(result, images))
        flips.append(flipped)
    finding = repeat_fault(flips, case.inputs["seeds"])
    finding = finding or _share_fault(np.stack(without_repeats(flips, case.inputs["seeds"])), p)
    return Outcome(not finding, finding=finding)


def _strange(result, images):
    """What was done to an image that is neither what it was nor its mirror image."""
    known = {
        "images are turned upside down": images[:, :, ::-1],
        "images are turned by half a turn": images[:, :, ::-1, ::-1],
        "the channels of an image change places": images[:, ::-1],
        "the images of the batch change places": images[::-1],
    }
    untouched = are_alike(result, images)
    for finding, other in known.items():
        if (untouched | are_alike(result, other)).all():
            return finding
    flat, mirrored = (array.reshape(-1, *images.shape[2:]) for array in (images, images[..., ::-1]))
    by_channel = result.reshape(flat.shape)
    if (are_alike(by_channel, flat) | are_alike(by_channel, mirrored)).all():
        return "channels of one image are flipped apart"
    return "an image is neither what it was nor its mirror image"


def _share_fault(flips, p):
    count, total = flips.sum(), flips.size
    if p in (0, 1):
        wrong = (flips != bool(p)).any()
        return f"not every image is {'flipped' if p else 'left alone'} although p is {p:g}" if wrong else ""
    if count == 0:
        return "no image is ever flipped"
    if count == total:
        return "every image is flipped"
    if all(call.all() or not call.any() for call in flips):
        return "all images of a call are flipped, or none"
    if not agrees(count, total, p):
        for share, finding in ((1 - p, "the share flipped is 1 - p"), (0.5, "half are flipped, whatever p is")):
            if explains(count, total, share):
                return finding
        return "more are flipped than p says" if count > p * total else "fewer are flipped than p says"
    chance = p**2 + (1 - p) ** 2
    same = np.equal(*pairs_apart(flips, 1, axis=1))
    if not agrees(same.sum(), same.size, chance):
        return "neighboring images are not flipped each by itself"
    if not each_by_itself(flips, chance, axis=1):
        return "images some way apart are not flipped each by itself"
    # Nine independent calls of 100 images or more flip one and the same number less than once in 10⁸.
    counts = flips.sum(axis=1)
    if len(counts) >= 9 and flips.shape[1] >= 100 and len(set(counts)) == 1:
        return "every call flips exactly as many: no image has a coin of its own"
    return ""
