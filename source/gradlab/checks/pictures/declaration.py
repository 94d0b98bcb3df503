"""What an exercise declares about the picture that a failing check draws."""

from dataclasses import dataclass

KINDS = ("curve", "image", "mask", "places")


@dataclass(frozen=True)
class Picture:
    """A declaration of the picture that a failing check draws.

    Attributes
    ----------
    kind : str
        ``"curve"``: the first wrong output against its first axis, with the expected curve.
        ``"image"``: the first wrong output, (H, W) or (H, W, 3) with values in 0..1, next to the expected image.
        ``"mask"``: matrices with few distinct values, next to each other.
        ``"places"``: how many times windows (N, C, h, w) were cut from each place in images (N, C, H, W).
    shown : tuple of str
        For a mask: the matrices, each given as a name, or as a quotient of two names, such as ``"dx / dout"``.
        Matrices that a case does not have are left out. For places: the names of the images and of the windows.
    """

    kind: str
    shown: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}. Got {self.kind!r}.")
