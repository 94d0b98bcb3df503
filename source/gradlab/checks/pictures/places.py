"""A picture of how many times random windows were cut from each place in their images."""

import numpy as np

from ...typing import Floats
from .svg import EXPECTED, fill, panel, picture, text

TOP, SIZE = 18, 40  # pixels: the space above the panel, for its title, and the width of a place
DARKEST = 0.6  # the opacity of the most frequent place; the count written on it must stay legible


def draw_places(images: Floats, windows: Floats) -> str:
    """Return the picture, or "" if any window was not cut from its image.

    Parameters
    ----------
    images : ndarray (N, C, H, W)
        Images, each without two equal pixels.
    windows : ndarray (N, C, h, w)
        Arrays no larger than the images.
    """
    cut = np.lib.stride_tricks.sliding_window_view(images, windows.shape[2:], axis=(2, 3))
    fits = (cut == windows[:, :, None, None]).all(axis=(1, 4, 5))
    if not (fits.sum(axis=(1, 2)) == 1).all():
        return ""
    counts = fits.sum(axis=0)
    places = list(np.ndenumerate(counts))
    marks = "".join(
        fill(f"M{j} {i}h1v1h-1z", EXPECTED, DARKEST * count / counts.max()) for (i, j), count in places if count
    )
    title = "How many times each place is the upper left corner of your windows"
    expected = f"Expected: about {len(images) / counts.size:.3g} each"
    elements = [panel(0, TOP, SIZE, counts.shape, title, marks)]
    elements += [text((j + 0.5) * SIZE, TOP + (i + 0.5) * SIZE + 4, str(count), "middle") for (i, j), count in places]
    elements.append(text(counts.shape[1] * SIZE + 16, TOP + 0.5 * SIZE + 4, expected))
    never = (counts == 0).sum()
    sentence = (
        f"{title}, in {counts.shape[0]} rows and {counts.shape[1]} columns: {counts.min()} to {counts.max()} times."
    )
    sentence += f" {never} of {counts.size} places never occur." if never else ""
    return picture(TOP + SIZE * len(counts) + 6, f"{sentence} {expected}.", elements)
