"""Color jitter: a little more red, a little less blue, as in a different light."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed, uniform
from gradlab import drivers, properties


class ColorJitter(Exercise):
    """Multiply every channel of every image by a factor near 1."""

    name, points = "color_jitter", 2
    driver = drivers.augment_images
    judge = properties.jitters_colors

    def reference(images, strength, rng):
        """Multiply each channel of each image by a random factor.

            out = clip(factor · image, 0, 1),   factor uniform in 1 - strength .. 1 + strength

        Parameters
        ----------
        images : ndarray (N, C, H, W)
            In 0..1; may be changed in place, but need not be.
        strength : float
            In 0..1.
        rng : numpy.random.Generator
            What to draw from, such as ``rng.uniform(low, high, shape)``. Nothing else may be random.

        Returns
        -------
        images : ndarray (N, C, H, W)
            In 0..1: what would be brighter than 1 is cut off there. With the dtype of `images`. Each channel of each
            image has a factor of its own, the same for all its pixels.

        References
        ----------
        Howard, "Some improvements on deep convolutional neural network based image classification" (2013), section 2.2,
        is one of the first to vary colors like that.
        """
        n, channels = images.shape[:2]
        factor = rng.uniform(1 - strength, 1 + strength, (n, channels, 1, 1))
        tinted = images * factor
        return np.clip(tinted, 0, 1).astype(images.dtype)

    def cases(rng):
        one = np.array([seed(rng)])
        yield Case("dark images, of which nothing is cut off", images=pictures(rng, 0.5), strength=0.5, seeds=one)
        yield Case("bright images, cut off at 1", images=pictures(rng, 1.0), strength=0.5, seeds=one + 1)
        yield Case("another strength", images=pictures(rng, 1.0), strength=uniform(rng, 0.15, 0.25), seeds=one + 2)
        yield Case(
            "strength 0 changes nothing", images=pictures(rng, 1.0, count=4), strength=0.0, seeds=one, weight=0.5
        )
        seeds = repeated_seeds(rng)
        yield Case("rng decides, and nothing else", images=pictures(rng, 0.5, count=60), strength=0.5, seeds=seeds)
        images = pictures(rng, 1.0).astype(np.float32)
        yield Case("float32 stays float32", images=images, strength=0.5, seeds=one)

    one_factor_for_all = mistake(
        "One factor serves the whole batch. Draw one for each channel of each image.", {"(n, channels, 1, 1)": "()"}
    )
    same_for_all_images = mistake(
        "All images of the batch have the same factors. Draw one for each channel of each image.",
        {"(n, channels, 1, 1)": "(1, channels, 1, 1)"},
    )
    same_for_all_channels = mistake(
        "All channels of an image have one factor: it gets brighter or darker, but its colors stay.",
        {"(n, channels, 1, 1)": "(n, 1, 1, 1)"},
    )
    two_channels_alike = mistake(
        "Two channels share a factor. Draw one for each of the three.",
        {"tinted = ": "factor[:, -1] = factor[:, 1]\ntinted = "},
    )
    a_factor_a_pixel = mistake(
        "Every pixel has a factor of its own, which is noise. Draw one for each channel of each image.",
        {"(n, channels, 1, 1)": "images.shape"},
    )
    axes_missing = mistake(
        "The factors, (N, C), do not fit the images, (N, C, H, W): give them two more axes of length 1.",
        {"(n, channels, 1, 1)": "(n, channels)"},
    )
    not_cut_off = mistake("What is brighter than 1 is not cut off.", {"np.clip(tinted, 0, 1)": "tinted"})
    around_zero = mistake(
        "The factors lie around 0, so hardly anything of the image is left. They lie around 1.",
        {"1 - strength, 1 + strength": "-strength, strength"},
    )
    from_zero_to_strength = mistake(
        "The factors lie in 0..strength. They lie in 1 - strength..1 + strength.",
        {"1 - strength, 1 + strength": "0, strength"},
    )
    only_brighter = mistake(
        "Channels only get brighter. The factors reach from 1 - strength to 1 + strength.", {"1 - strength": "1"}
    )
    only_darker = mistake(
        "Channels only get darker. The factors reach from 1 - strength to 1 + strength.", {"1 + strength": "1"}
    )
    added = mistake(
        "A number is added to the channel. Multiply by a factor, so that black stays black.",
        {"images * factor": "images + factor - 1"},
    )
    normal_factors = mistake(
        "The factors come from a normal distribution, which has no ends. Draw them from the uniform one.",
        {"rng.uniform(1 - strength, 1 + strength": "rng.normal(1, strength"},
    )
    half_the_strength = mistake(
        "The factors vary by half of strength only: they reach from 1 - strength to 1 + strength.",
        {"1 - strength, 1 + strength": "1 - strength / 2, 1 + strength / 2"},
    )
    strength_hard_coded = mistake(
        "The strength is always 0.5. Use the one that is given.", {"1 - strength, 1 + strength": "0.5, 1.5"}
    )
    from_somewhere_else = mistake(
        "You do not draw from rng, so a run cannot be repeated. Use rng.uniform, not np.random.",
        {"rng.uniform": "np.random.default_rng().uniform"},
    )
    the_same_every_time = mistake(
        "You make a generator of your own with a fixed seed: every call has the same factors. Draw from rng.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    )
    float64_comes_out = mistake(
        "float32 goes in and float64 comes out. Convert the result to the dtype of the images.",
        {".astype(images.dtype)": ""},
    )
    nothing_changes = mistake("Nothing changes: return the changed images.", {"images * factor": "images"})
    scaled_down = mistake(
        "Images that get too bright are scaled down as a whole. Cut off at 1 what is beyond, and leave the rest.",
        {"np.clip(tinted, 0, 1)": "(tinted / np.maximum(tinted.max(axis=(1, 2, 3), keepdims=True), 1))"},
    )

    @variant
    def in_place(images, strength, rng):
        images *= (1 + strength * (2 * rng.random(images.shape[:2]) - 1))[..., None, None].astype(images.dtype)
        images[images > 1] = 1
        return images

    @variant
    def one_by_one(images, strength, rng):
        out = np.empty_like(images)
        for n, image in enumerate(images):
            for c, channel in enumerate(image):
                out[n, c] = np.minimum(channel * rng.uniform(1 - strength, 1 + strength), 1.0)
        return out


def pictures(rng, brightest, count=200):
    """Images of up to `brightest`, with a dark pixel in every channel from which its factor can be read."""
    images = rng.uniform(0.6 * brightest, brightest, (count, 3, 2, 2))
    images[:, :, 0, 0] = rng.uniform(0.3, 0.5, (count, 3)) * brightest
    return images
