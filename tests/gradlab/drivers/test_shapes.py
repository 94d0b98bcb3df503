"""The driver for functions that take a shape, which cases can store only as an array."""

import numpy as np

from gradlab import drivers
from gradlab.checks.run import run_case


def test_image_shape_is_passed_as_a_tuple_of_ints():
    received = []

    def function(image, image_shape):
        received.append(image_shape)
        return image.reshape(image_shape)

    inputs = {"image": np.arange(6.0), "image_shape": np.array([2, 3])}
    result = run_case(drivers.with_image_shape, [function], inputs)
    assert received == [(2, 3)]
    assert all(type(size) is int for size in received[0])
    assert result.outputs["result"].tolist() == [[0, 1, 2], [3, 4, 5]]
