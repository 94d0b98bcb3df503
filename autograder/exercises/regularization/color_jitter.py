"""Color jitter: a little more red, a little less blue, as in a different light."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed, uniform
from gradlab import drivers, properties


class ColorJitter(Exercise):
    """Multiply every channel of every image by a factor near 1."""

    name, points = "color_jitter", 2
    done = "You can vary the colors of training images without leaving the range of valid pixels."
    driver = drivers.augment_images
    judge = properties.jitters_colors

    def reference(images, strength, rng):
        """Multiply each channel of each image by a random factor.

            out = clip(factor · image, 0, 1),   factor uniform in 1 - strength .. 1 + strength

        Parameters
        ----------
        images : ndarray (N, C, H, W)
            Pixels in 0..1. May be changed in place.
        strength : float
            In 0..1.
        rng : numpy.random.Generator
            The source of all randomness: call ``rng.uniform(low, high, shape)``, for example.

        Returns
        -------
        images : ndarray (N, C, H, W)
            With the same dtype, in 0..1: whatever would be brighter than 1 is cut off there. Each channel of each image
            has its own factor, the same for all its pixels.

        References
        ----------
        Howard, "Some improvements on deep convolutional neural network based image classification" (2013), section 2.2,
        is one of the first to vary colors in this way.
        """
        n, channels = images.shape[:2]
        factor = rng.uniform(1 - strength, 1 + strength, (n, channels, 1, 1))
        tinted = images * factor
        return np.clip(tinted, 0, 1).astype(images.dtype)

    def cases(rng):
        # The strengths differ, so that a constant in place of `strength` fails in most cases.
        one = np.array([seed(rng)])
        bright = pictures(rng, 1.0)
        yield Case("dark images: nothing is cut off", images=pictures(rng, 0.5), strength=0.5, seeds=one)
        yield Case("bright images: cut off at 1", images=bright, strength=0.4, seeds=one + 1)
        seeds = repeated_seeds(rng, distinct=2)
        yield Case("a different strength", images=bright, strength=uniform(rng, 0.15, 0.25), seeds=seeds)
        yield Case("strength 0 changes nothing", images=pictures(rng, 1.0, count=4), strength=0.0, seeds=one, weight=0)
        seeds = repeated_seeds(rng)
        images = pictures(rng, 0.5, count=60)
        yield Case("rng decides, and nothing else", images=images, strength=0.5, seeds=seeds, weight=2)
        images = pictures(rng, 1.0).astype(np.float32)
        yield Case("float32 stays float32", images=images, strength=0.3, seeds=one)

    one_factor_for_all = mistake(
        "How many random numbers does a batch need? In your code, all channels of all images share one factor. Draw "
        "one factor for each channel of each image.",
        {"(n, channels, 1, 1)": "()"},
    )
    same_for_all_images = mistake(
        "Does every image get its own factors? In your code, all images in the batch share them. Draw one factor for "
        "each channel of each image.",
        {"(n, channels, 1, 1)": "(1, channels, 1, 1)"},
    )
    same_for_all_channels = mistake(
        "Do the colors of an image change, or only its brightness? In your code, all channels of an image share one "
        "factor. Draw one factor for each channel of each image.",
        {"(n, channels, 1, 1)": "(n, 1, 1, 1)"},
    )
    two_channels_alike = mistake(
        "Is each channel's factor drawn separately? In your code, one channel's factor depends on another's. Draw one "
        "independent factor for each channel of each image.",
        {"tinted = ": "factor[:, -1] = factor[:, 1]\ntinted = "},
    )
    a_factor_a_pixel = mistake(
        "Is one factor used for a whole channel? In your code, pixels of the same channel are scaled differently, "
        "which adds noise. Draw one factor for each channel of each image.",
        {"(n, channels, 1, 1)": "images.shape"},
    )
    axes_missing = mistake(
        "Do the shapes (N, C) and (N, C, H, W) broadcast? NumPy lines axes up from the right, so the factors need two "
        "more axes of length 1: (N, C, 1, 1).",
        {"(n, channels, 1, 1)": "(n, channels)"},
    )
    not_cut_off = mistake(
        "What happens to a pixel that gets brighter than 1? It should be cut off at 1, but yours isn't.",
        {"np.clip(tinted, 0, 1)": "tinted"},
    )
    around_zero = mistake(
        "What should the factors be when strength is 0? All 1, because they vary around 1. Yours turn many channels "
        "black and change images even at strength 0.",
        {"1 - strength, 1 + strength": "-strength, strength"},
    )
    from_zero_to_strength = mistake(
        "What should the factors be when strength is 0? All 1, because they vary around 1. Yours make every channel "
        "darker and change images even at strength 0.",
        {"1 - strength, 1 + strength": "0, strength"},
    )
    only_brighter = mistake(
        "Can a channel ever get darker? In your code, none does. The factors should range from 1 - strength to 1 + "
        "strength.",
        {"1 - strength": "1"},
    )
    only_darker = mistake(
        "Can a channel ever get brighter? In your code, none does. The factors should range from 1 - strength to 1 + "
        "strength.",
        {"1 + strength": "1"},
    )
    added = mistake(
        "What happens to a black pixel? It should stay black, so multiply each channel by its factor. You add a number "
        "to the channel instead.",
        {"images * factor": "images + factor - 1"},
    )
    normal_factors = mistake(
        "How far from 1 can a factor be? Some of yours are outside 1 - strength..1 + strength, at every strength but "
        "0. Draw them uniformly from that range. A normal distribution, for instance, has no limits.",
        {"rng.uniform(1 - strength, 1 + strength": "rng.normal(1, strength"},
    )
    piled_up_at_the_ends = mistake(
        "Is every factor in the range equally likely? Far too many of yours are right at the ends of 1 - strength..1 + "
        "strength, as if they had been clipped. Draw them with rng.uniform.",
        {
            "rng.uniform(1 - strength, 1 + strength, (n, channels, 1, 1))": (
                "np.clip(rng.normal(1, strength, (n, channels, 1, 1)), 1 - strength, 1 + strength)"
            )
        },
    )
    half_the_strength = mistake(
        "What are your largest and smallest factors? They should come close to 1 + strength and 1 - strength. Yours "
        "stay well inside that range.",
        {"1 - strength, 1 + strength": "1 - strength / 2, 1 + strength / 2"},
    )
    strength_hard_coded = mistake(
        "Do the factors depend on `strength`? For most strengths, yours vary too much, and images change even at "
        "strength 0. Draw the factors from 1 - strength..1 + strength.",
        {"1 - strength, 1 + strength": "0.5, 1.5"},
    )
    from_somewhere_else = mistake(
        "Does all of the randomness come from `rng`? In your code, two generators in the same state give different "
        "images, so no run can be repeated. Use rng.uniform, not np.random or a generator of your own.",
        {"rng.uniform": "np.random.default_rng().uniform"},
    )
    the_same_every_time = mistake(
        "Does the result depend on `rng`? In your code, every generator gives the same factors. Draw them from the one "
        "that is passed in, not from one with a fixed seed.",
        {"rng.uniform": "np.random.default_rng(0).uniform"},
    )
    float64_comes_out = mistake(
        "What dtype comes out when float32 goes in? It should be the dtype of the images, so convert the result.",
        {".astype(images.dtype)": ""},
    )
    nothing_changes = mistake(
        "Do the factors ever reach the array that you return? All images come back exactly as they went in.",
        {"images * factor": "images"},
    )
    scaled_down = mistake(
        "What happens to the other pixels when one of them gets too bright? They should keep their values: cut off "
        "only what is above 1. In bright images, some of your factors are out of range, as if the whole image were "
        "rescaled.",
        {"np.clip(tinted, 0, 1)": "(tinted / np.maximum(tinted.max(axis=(1, 2, 3), keepdims=True), 1))"},
    )
    one_channel_only = mistake(
        "Does every channel get a factor? Some of yours never change. Draw one factor for each channel of each image.",
        {"tinted = ": "factor[:, 0] = factor[:, 2] = 1\ntinted = "},
    )
    added_and_not_cut_off = mistake(
        "What happens to a black pixel? It should stay black, so multiply each channel by its factor instead of adding "
        "a number to it. Then cut off what is above 1, and convert the result to the dtype of the images.",
        {"images * factor": "images + factor - 1", "np.clip(tinted, 0, 1).astype(images.dtype)": "tinted"},
    )
    normal_factors_and_not_cut_off = mistake(
        "Can a pixel leave 0..1? Some of yours do, even in dark images, so some factors must be out of range. Draw "
        "them with rng.uniform, cut off what is above 1, and convert the result to the dtype of the images.",
        {
            "rng.uniform(1 - strength, 1 + strength": "rng.normal(1, strength",
            "np.clip(tinted, 0, 1).astype(images.dtype)": "tinted",
        },
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


def pictures(rng, brightest, count=150):
    """Images with pixels up to `brightest`, one of them dark in every channel, to read the channel's factor from."""
    images = rng.uniform(0.6 * brightest, brightest, (count, 3, 2, 2))
    images[:, :, 0, 0] = rng.uniform(0.3, 0.5, (count, 3)) * brightest
    return images
