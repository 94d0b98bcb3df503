"""Shows figures in a notebook, sharp on any screen and with alternative text for people who cannot see them."""

import base64
import html
import io

import matplotlib.pyplot as plt
from IPython.core.getipython import get_ipython
from IPython.display import HTML, display
from matplotlib.figure import Figure

from .alt_text import describe

PIXELS_PER_INCH = 80  # so that the widest figure, 9.6 inches, fits in a column of 800 pixels
PIXELS_PER_PIXEL = 2  # high-density screens show two pixels in place of one


def show() -> None:
    """Show all open figures below the cell, and close them.

    Use it in place of ``plt.show()``: the pictures have twice the resolution, and each has alternative text, made from
    its data. Outside a notebook, this is ``plt.show()``.
    """
    if get_ipython() is None:
        plt.show()
        return
    for number in plt.get_fignums():
        figure = plt.figure(number)
        display(image(figure))
        plt.close(figure)


def image(figure: Figure) -> HTML:
    """Return a figure as an image tag that contains the picture, at twice the resolution, and a description of it.

    JupyterLab shows no alternative text for a plain PNG, so the picture is part of an HTML output.

    Examples
    --------
    >>> import numpy as np
    >>> from gradlab import plots
    >>> ax = plots.lines({"right": np.array([2.3, 1.1, 0.6])}, xlabel="epoch", ylabel="loss")
    >>> image(ax.figure).data.partition(" width")[0]
    '<img alt="loss against epoch. right: from 2.3 down to 0.6."'
    """
    text = describe(figure)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=PIXELS_PER_INCH * PIXELS_PER_PIXEL)
    width = round(figure.get_figwidth() * PIXELS_PER_INCH)
    source = base64.b64encode(file.getvalue()).decode()
    return HTML(
        f'<img alt="{html.escape(text)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{source}">'
    )
