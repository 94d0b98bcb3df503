"""Images: first-layer weights, examples and what augmentation makes of them."""

import numpy as np

from ._arguments import finite_range, named, numbers
from .style import WIDTH, panels


def images(pictures, *, columns=5, title="", limits=None):
    """Images with their names above them, such as two sheets of first-layer weights, noisy beside smooth.

    Parameters
    ----------
    pictures : dict of str to ndarray (H, W) or (H, W, 3)
        Gray of any range, or red, green and blue: floats in 0..1 or uint8.
    columns : int
        Images in a row.
    title : str
    limits : tuple of float, optional
        What is black and what is white in gray images; without it the least and the greatest number of all of
        them, so that one may be compared with another.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If an array is no image.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import data, plots
    >>> digit = data.load_digits()["X_train"][0].reshape(8, 8)
    >>> figure = plots.images({"a digit": digit, "flipped": digit[:, ::-1]})
    >>> [ax.get_title() for ax in figure.axes]
    ['a digit', 'flipped']
    """
    named(pictures, "pictures", "images (H, W) or (H, W, 3)")
    pictures = {
        name: numbers(image, f"the image {name!r}", ("(H, W)", "(H, W, 3)")) for name, image in pictures.items()
    }
    columns = min(columns, len(pictures))
    figure = _show(list(pictures.values()), columns, limits, largest=3.6, gap=0.3)
    for ax, name in zip(figure.axes, pictures, strict=False):
        ax.set_title(name, fontsize="medium")
    figure.suptitle(title)
    return figure


def image_rows(rows, *, titles=None, title="", limits=None):
    """Rows of images with the row's name on the left: examples, and below them flipped, cropped, in other colors.

    Parameters
    ----------
    rows : dict of str to ndarray (N, H, W) or (N, H, W, 3)
        The same N in each; gray of any range, or red, green and blue: floats in 0..1 or uint8.
    titles : sequence of str, optional
        N of them, above the columns.
    title : str
    limits : tuple of float, optional
        As in `images`.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    TypeError, ValueError
        If an array holds no images, or the rows are not of the same length.
    """
    named(rows, "rows", "images (N, H, W) or (N, H, W, 3)")
    count = len(next(iter(rows.values())))
    shapes = (f"({count}, H, W)", f"({count}, H, W, 3)")
    arrays = [numbers(row, f"the row {name!r}", shapes) for name, row in rows.items()]
    if titles is not None and len(titles) != count:
        raise ValueError(f"titles must hold {count} names, one a column. Got {len(titles)}.")
    figure = _show([image for row in arrays for image in row], count, limits, largest=1.3, gap=0.0)
    for ax, name in zip(figure.axes[::count], rows, strict=True):
        ax.set_ylabel(name, rotation="horizontal", ha="right", va="center")
    for ax, name in zip(figure.axes, titles or [], strict=False):
        ax.set_title(name, fontsize="medium")
    figure.suptitle(title)
    return figure


def _show(pictures, columns, limits, largest, gap):
    """A figure with an image in every panel, `gap` inches between two rows."""
    gray = [image for image in pictures if image.ndim == 2]
    if limits is None and gray:
        limits = finite_range([image.ravel() for image in gray], "Gray images")
    for image in pictures:
        _check_colors(image)
    width = min(largest, (WIDTH - 1) / columns)
    height = width * max(len(image) / image.shape[1] for image in pictures)
    figure, axes = panels(len(pictures), columns=columns, size=(width, height + gap), sharex=False, sharey=False)
    for ax, image in zip(axes, pictures, strict=True):
        low, high = limits if image.ndim == 2 else (None, None)
        ax.imshow(image, cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        ax.set(xticks=[], yticks=[])
    return figure


def _check_colors(image):
    if image.ndim == 3 and image.dtype != np.uint8 and not (image.min() >= 0 and image.max() <= 1):
        raise ValueError(
            f"A color image must hold numbers in 0..1, or uint8. Got {image.dtype} from {image.min():.3g} to "
            f"{image.max():.3g}: subtract the least number and divide by the range first."
        )
