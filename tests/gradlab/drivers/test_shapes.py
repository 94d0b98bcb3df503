"""Functions that take a shape get it as a tuple, though only arrays travel."""

import numpy as np

from gradlab import drivers
from gradlab.checks.run import run_case


def test_the_shape_of_an_image_arrives_as_a_tuple_of_int():
    seen = []

    def function(image, image_shape):
        seen.append(image_shape)
        return image.reshape(image_shape)

    given = {"image": np.arange(6.0), "image_shape": np.array([2, 3])}
    ran = run_case(drivers.with_image_shape, [function], given)
    assert seen == [(2, 3)]
    assert all(type(size) is int for size in seen[0])
    assert ran.outputs["result"].tolist() == [[0, 1, 2], [3, 4, 5]]
