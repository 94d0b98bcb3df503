"""Images of first-layer weights, and of examples before and after augmentation."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from ..typing import Array
from ._arguments import check_array, check_named, finite_range
from .style import WIDTH, panels


def images(
    pictures: Mapping[str, npt.ArrayLike],
    *,
    columns: int = 5,
    title: str = "",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw images with titles above them, for example noisy first-layer weights next to smooth ones.

    Parameters
    ----------
    pictures : dict of str to ndarray (H, W) or (H, W, 3)
        Grayscale images with values in any range, or RGB images with floats in 0..1 or uint8.
    columns : int
        The number of images per row.
    title : str
    limits : tuple of float, optional
        The values shown as black and as white in grayscale images. The defaults are the minimum and the maximum over
        all grayscale images, so that you can compare the images with each other.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If an array is not an image.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import data, plots
    >>> digit = data.load_digits()["X_train"][0].reshape(8, 8)
    >>> figure = plots.images({"a digit": digit, "flipped": digit[:, ::-1]})
    >>> [ax.get_title() for ax in figure.axes]
    ['a digit', 'flipped']
    """
    check_named(pictures, "pictures", "images (H, W) or (H, W, 3)")
    arrays = [check_array(image, f"the image {name!r}", ("(H, W)", "(H, W, 3)")) for name, image in pictures.items()]
    columns = min(columns, len(arrays))
    figure = _show(arrays, columns, limits, max_width=3.6, gap=0.3)
    for ax, name in zip(figure.axes, pictures, strict=False):
        ax.set_title(name, fontsize="medium")
    figure.suptitle(title)
    return figure


def image_rows(
    rows: Mapping[str, Array],
    *,
    titles: Sequence[str] | None = None,
    title: str = "",
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draw rows of images with names on the left, for example originals and, below them, flipped or cropped versions.

    Parameters
    ----------
    rows : dict of str to ndarray (N, H, W) or (N, H, W, 3)
        Grayscale images with values in any range, or RGB images with floats in 0..1 or uint8. N must be the same in all
        rows.
    titles : sequence of str, optional
        N titles, one above each column.
    title : str
    limits : tuple of float, optional
        The values shown as black and as white in grayscale images, as in `images`.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If an array does not hold images, or the rows have different lengths.
    """
    check_named(rows, "rows", "images (N, H, W) or (N, H, W, 3)")
    count = len(next(iter(rows.values())))
    shapes = (f"({count}, H, W)", f"({count}, H, W, 3)")
    arrays = [check_array(row, f"the row {name!r}", shapes) for name, row in rows.items()]
    if titles is not None and len(titles) != count:
        raise ValueError(f"titles must hold {count} titles, one per column. Got {len(titles)} titles.")
    figure = _show([image for row in arrays for image in row], count, limits, max_width=1.3, gap=0.0)
    for ax, name in zip(figure.axes[::count], rows, strict=True):
        ax.set_ylabel(name, rotation="horizontal", ha="right", va="center")
    for ax, name in zip(figure.axes, titles or [], strict=False):
        ax.set_title(name, fontsize="medium")
    figure.suptitle(title)
    return figure


def _show(
    pictures: Sequence[Array], columns: int, limits: tuple[float, float] | None, max_width: float, gap: float
) -> Figure:
    """Return a figure with one image per panel, at most `max_width` inches wide, and `gap` inches between rows."""
    gray = [image for image in pictures if image.ndim == 2]
    if limits is None and gray:
        limits = finite_range([image.ravel() for image in gray], "Gray images")
    for image in pictures:
        _check_colors(image)
    width = min(max_width, (WIDTH - 1) / columns)
    height = width * max(len(image) / image.shape[1] for image in pictures)
    figure, axes = panels(len(pictures), columns=columns, size=(width, height + gap), sharex=False, sharey=False)
    for ax, image in zip(axes, pictures, strict=True):
        low, high = limits if limits is not None and image.ndim == 2 else (None, None)
        ax.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
    return figure


def _check_colors(image: Array) -> None:
    if image.ndim == 3 and image.dtype != np.uint8 and not (image.min() >= 0 and image.max() <= 1):
        raise ValueError(
            f"A color image must hold numbers in 0..1, or uint8. Got {image.dtype} from {image.min():.3g} to "
            f"{image.max():.3g}: first subtract the minimum, then divide by the range."
        )
