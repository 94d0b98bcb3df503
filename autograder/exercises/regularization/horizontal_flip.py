"""Horizontal flips: the cheapest way to get new examples, if left and right do not matter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed, uniform
from gradlab import drivers, properties

from .images import distinct_pixels


class HorizontalFlip(Exercise):
    """Mirror some of the images, with one coin flip per image."""

    name, points = "horizontal_flip", 2
    driver = drivers.augment_images
    judge = properties.flips_horizontally

    def reference(images, rng, p=0.5):
        """Flip each image from left to right with probability p.

        Parameters
        ----------
        images : ndarray (N, C, H, W)
            N images of C channels, H rows and W columns. May be changed in place, but need not be.
        rng : numpy.random.Generator
            What to draw from, such as ``rng.random(N)``. Nothing else may be random.
        p : float
            The probability of FLIPPING an image; each is flipped or not by itself, with all its channels.

        Returns
        -------
        images : ndarray (N, C, H, W)
            In the same order, with the same dtype.

        References
        ----------
        Krizhevsky, Sutskever & Hinton, "ImageNet classification with deep convolutional neural networks" (2012),
        section 4.1.
        """
        flip = rng.random(len(images)) < p
        images = images.copy()
        images[flip] = images[flip][..., ::-1]
        return images

    def cases(rng):
        low, high = uniform(rng, 0.12, 0.18), uniform(rng, 0.82, 0.88)
        one = np.array([seed(rng)])
        yield Case("half of the images", images=distinct_pixels(rng, 1200, 3, 2, 3, dtype=np.uint8), seeds=one)
        yield Case("another p", images=distinct_pixels(rng, 400, 1, 2, 3, dtype=np.uint8), seeds=one + 1, p=low)
        yield Case("a large p", images=distinct_pixels(rng, 400, 1, 3, 4, dtype=np.uint8), seeds=one + 2, p=high)
        yield Case("p = 1 flips every image", images=distinct_pixels(rng, 5, 3, 4, 6), seeds=one, p=1.0)
        yield Case("p = 0 flips none", images=distinct_pixels(rng, 5, 3, 4, 6), seeds=one, p=0.0, weight=0.5)
        seeds = repeated_seeds(rng, distinct=9)
        yield Case(
            "rng decides, and nothing else", images=distinct_pixels(rng, 400, 1, 2, 2, dtype=np.uint8), seeds=seeds
        )

    upside_down = mistake(
        "The images are turned upside down. The columns are the last axis, of four: (N, C, H, W).",
        {"[..., ::-1]": "[..., ::-1, :]"},
    )
    half_a_turn = mistake(
        "The images are turned by half a turn. Reverse the last axis only.", {"[..., ::-1]": "[..., ::-1, ::-1]"}
    )
    channels_reversed = mistake(
        "The channels change places: red becomes blue. The columns are the last axis, of four: (N, C, H, W).",
        {"[..., ::-1]": "[:, ::-1] if images.shape[1] > 1 else images[flip][..., ::-1]"},
    )
    batch_reversed = mistake(
        "You reverse the order of the batch, not the columns of the images.",
        {
            "rng.random(len(images))": "rng.random()",
            "images[flip] = images[flip][..., ::-1]": "if flip:\n    images = images[::-1]",
        },
    )
    one_coin_for_all = mistake(
        "One coin decides for the whole batch. Throw one for every image.",
        {"rng.random(len(images))": "np.full(len(images), rng.random())"},
    )
    a_coin_a_channel = mistake(
        "Every channel has a coin of its own, so colors part from each other. Throw one for every image.",
        {"len(images)": "images.shape[:2]"},
    )
    a_coin_a_row = mistake(
        "Every row has a coin of its own, which tears the image. Throw one for every image.",
        {"len(images)": "images.shape[:3]"},
    )
    always = mistake(
        "All images are flipped, whatever p is.", {"rng.random(len(images)) < p": "np.full(len(images), True)"}
    )
    never = mistake(
        "No image is flipped. What you assign to a loop variable or to a copy, as images[mask] is, reaches no image.",
        {"images[flip] =": "flipped ="},
    )
    with_one_minus_p = mistake(
        "Flipped with probability 1 - p: flip where the number drawn is below p.", {"< p": ">= p"}
    )
    always_half = mistake("Half of the images are flipped, whatever p is.", {"< p": "< 0.5"})
    normal_numbers = mistake(
        "You draw from the normal distribution. Draw uniform numbers: rng.random.",
        {"rng.random": "rng.standard_normal"},
    )
    from_somewhere_else = mistake(
        "You do not draw from rng, so a run cannot be repeated. Use rng.random, not np.random.",
        {"rng.random": "np.random.default_rng().random"},
    )
    the_same_every_time = mistake(
        "You make a generator of your own with a fixed seed: every call flips the same images. Draw from rng.",
        {"rng.random": "np.random.default_rng(0).random"},
    )
    real_numbers_come_out = mistake(
        "The dtype changes. Images of whole numbers should come out as such.",
        {"images.copy()": "images.astype(np.float32)"},
    )
    added_to_the_batch = mistake(
        "The flipped images are added to the batch. Return as many as came in: labels must still fit.",
        {"images[flip] = images[flip][..., ::-1]": "images = np.concatenate([images, images[..., ::-1]])"},
    )
    flipped_ones_alone = mistake(
        "You return the flipped images alone, without those that were left as they are.",
        {"return images": "return images[flip]"},
    )
    a_fixed_number = mistake(
        "Every call flips exactly as many images. Each image has a coin of its own, so the number varies.",
        {"rng.random": "rng.permutation", "< p": "< round(p * len(images))"},
    )
    a_coin_for_two = mistake(
        "One coin serves two images at once. Throw one for every image.",
        {"images = ": "flip[(len(images) + 1) // 2 :] = flip[: len(images) // 2]\nimages = "},
    )

    @variant
    def one_by_one(images, rng, p=0.5):
        for i in range(len(images)):
            if rng.uniform() <= p and p > 0:
                images[i] = np.fliplr(images[i].transpose(1, 2, 0)).transpose(2, 0, 1)
        return images

    by_where = variant(
        {
            "rng.random(len(images)) < p": "rng.binomial(1, p, size=(len(images), 1, 1, 1)) == 1",
            "images[flip] = images[flip][..., ::-1]": "images = np.where(flip, np.flip(images, axis=-1), images)",
        }
    )
