"""Horizontal flips: the cheapest way to get new examples, if left and right do not matter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed, uniform
from gradlab import drivers, properties

from .images import distinct_pixels


def flipped_where(images, chosen, mirror=lambda images: images[:, :, :, ::-1]):
    """The images, mirrored where `chosen` says so."""
    return np.where(np.reshape(chosen, (-1, 1, 1, 1)), mirror(images), images)


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
        images[flip] = images[flip][:, :, :, ::-1]
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

    @mistake("The images are turned upside down. The columns are the last axis, of four: (N, C, H, W).")
    def upside_down(images, rng, p=0.5):
        return flipped_where(images, rng.random(len(images)) < p, lambda images: images[:, :, ::-1])

    @mistake("The images are turned by half a turn. Reverse the last axis only.")
    def half_a_turn(images, rng, p=0.5):
        return flipped_where(images, rng.random(len(images)) < p, lambda images: images[:, :, ::-1, ::-1])

    @mistake("The channels change places: red becomes blue. The columns are the last axis, of four: (N, C, H, W).")
    def channels_reversed(images, rng, p=0.5):
        chosen = rng.random(len(images)) < p
        return flipped_where(
            images, chosen, lambda images: images[:, ::-1] if images.shape[1] > 1 else images[..., ::-1]
        )

    @mistake("You reverse the order of the batch, not the columns of the images.")
    def batch_reversed(images, rng, p=0.5):
        return images[::-1] if rng.random() < p else images

    @mistake("One coin decides for the whole batch. Throw one for every image.")
    def one_coin_for_all(images, rng, p=0.5):
        return images[..., ::-1] if rng.random() < p else images

    @mistake("Every channel has a coin of its own, so colors part from each other. Throw one for every image.")
    def a_coin_a_channel(images, rng, p=0.5):
        return np.where(rng.random((*images.shape[:2], 1, 1)) < p, images[..., ::-1], images)

    @mistake("Every row has a coin of its own, which tears the image. Throw one for every image.")
    def a_coin_a_row(images, rng, p=0.5):
        return np.where(rng.random((*images.shape[:3], 1)) < p, images[..., ::-1], images)

    @mistake("All images are flipped, whatever p is.")
    def always(images, rng, p=0.5):
        return images[..., ::-1]

    @mistake(
        "No image is flipped. What you assign to a loop variable or to a copy, as images[mask] is, reaches no image."
    )
    def never(images, rng, p=0.5):
        return images

    @mistake("Flipped with probability 1 - p: flip where the number drawn is below p.")
    def with_one_minus_p(images, rng, p=0.5):
        return flipped_where(images, rng.random(len(images)) >= p)

    @mistake("Half of the images are flipped, whatever p is.")
    def always_half(images, rng, p=0.5):
        return flipped_where(images, rng.random(len(images)) < 0.5)

    @mistake("You draw from the normal distribution. Draw uniform numbers: rng.random.")
    def normal_numbers(images, rng, p=0.5):
        return flipped_where(images, rng.standard_normal(len(images)) < p)

    @mistake("You do not draw from rng, so a run cannot be repeated. Use rng.random, not np.random.")
    def from_somewhere_else(images, rng, p=0.5):
        return flipped_where(images, np.random.default_rng().random(len(images)) < p)

    @mistake("You make a generator of your own with a fixed seed: every call flips the same images. Draw from rng.")
    def the_same_every_time(images, rng, p=0.5):
        return flipped_where(images, np.random.default_rng(0).random(len(images)) < p)

    @mistake("The dtype changes. Images of whole numbers should come out as such.")
    def real_numbers_come_out(images, rng, p=0.5):
        return flipped_where(images, rng.random(len(images)) < p).astype(np.float32)

    @mistake("The flipped images are added to the batch. Return as many as came in: labels must still fit.")
    def added_to_the_batch(images, rng, p=0.5):
        return np.concatenate([images, images[..., ::-1]])

    @mistake("You return the flipped images alone, without those that were left as they are.")
    def flipped_ones_alone(images, rng, p=0.5):
        return images[rng.random(len(images)) < p][..., ::-1]

    @mistake("Every call flips exactly as many images. Each image has a coin of its own, so the number varies.")
    def a_fixed_number(images, rng, p=0.5):
        return flipped_where(images, rng.permutation(len(images)) < round(p * len(images)))

    @mistake("One coin serves two images at once. Throw one for every image.")
    def a_coin_for_two(images, rng, p=0.5):
        half = rng.random((len(images) + 1) // 2) < p
        return flipped_where(images, np.concatenate([half, half])[: len(images)])

    @variant
    def one_by_one(images, rng, p=0.5):
        for i in range(len(images)):
            if rng.uniform() <= p and p > 0:
                images[i] = np.fliplr(images[i].transpose(1, 2, 0)).transpose(2, 0, 1)
        return images

    @variant
    def by_where(images, rng, p=0.5):
        chosen = rng.binomial(1, p, size=(images.shape[0], 1, 1, 1)) == 1
        return np.where(chosen, np.flip(images, axis=-1), images)
