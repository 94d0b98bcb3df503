"""Color jitter: a little more red, a little less blue, as in a different light."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, seed, uniform
from gradlab import drivers, properties


def factors(rng, shape, strength):
    """Correctly sampled factors."""
    return rng.uniform(1 - strength, 1 + strength, shape)


def tinted(images, factor):
    return np.clip(images * factor, 0, 1).astype(images.dtype)


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
        factor = rng.uniform(1 - strength, 1 + strength, (*images.shape[:2], 1, 1))
        return np.clip(images * factor, 0, 1).astype(images.dtype)

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

    @mistake("One factor serves the whole batch. Draw one for each channel of each image.")
    def one_factor_for_all(images, strength, rng):
        return tinted(images, factors(rng, (), strength))

    @mistake("All images of the batch have the same factors. Draw one for each channel of each image.")
    def same_for_all_images(images, strength, rng):
        return tinted(images, factors(rng, (1, images.shape[1], 1, 1), strength))

    @mistake("All channels of an image have one factor: it gets brighter or darker, but its colors stay.")
    def same_for_all_channels(images, strength, rng):
        return tinted(images, factors(rng, (len(images), 1, 1, 1), strength))

    @mistake("Two channels share a factor. Draw one for each of the three.")
    def two_channels_alike(images, strength, rng):
        factor = factors(rng, (*images.shape[:2], 1, 1), strength)
        factor[:, -1] = factor[:, 1]
        return tinted(images, factor)

    @mistake("Every pixel has a factor of its own, which is noise. Draw one for each channel of each image.")
    def a_factor_a_pixel(images, strength, rng):
        return tinted(images, factors(rng, images.shape, strength))

    @mistake("The factors, (N, C), do not fit the images, (N, C, H, W): give them two more axes of length 1.")
    def axes_missing(images, strength, rng):
        return tinted(images, factors(rng, images.shape[:2], strength))

    @mistake("What is brighter than 1 is not cut off.")
    def not_cut_off(images, strength, rng):
        return (images * factors(rng, (*images.shape[:2], 1, 1), strength)).astype(images.dtype)

    @mistake("The factors lie around 0, so hardly anything of the image is left. They lie around 1.")
    def around_zero(images, strength, rng):
        return tinted(images, factors(rng, (*images.shape[:2], 1, 1), strength) - 1)

    @mistake("The factors lie in 0..strength. They lie in 1 - strength..1 + strength.")
    def from_zero_to_strength(images, strength, rng):
        return tinted(images, strength * rng.random((*images.shape[:2], 1, 1)))

    @mistake("Channels only get brighter. The factors reach from 1 - strength to 1 + strength.")
    def only_brighter(images, strength, rng):
        return tinted(images, 1 + strength * rng.random((*images.shape[:2], 1, 1)))

    @mistake("Channels only get darker. The factors reach from 1 - strength to 1 + strength.")
    def only_darker(images, strength, rng):
        return tinted(images, 1 - strength * rng.random((*images.shape[:2], 1, 1)))

    @mistake("A number is added to the channel. Multiply by a factor, so that black stays black.")
    def added(images, strength, rng):
        return tinted(images + factors(rng, (*images.shape[:2], 1, 1), strength) - 1, 1)

    @mistake("The factors come from a normal distribution, which has no ends. Draw them from the uniform one.")
    def normal_factors(images, strength, rng):
        return tinted(images, np.abs(1 + strength * rng.standard_normal((*images.shape[:2], 1, 1))))

    @mistake("The factors vary by half of strength only: they reach from 1 - strength to 1 + strength.")
    def half_the_strength(images, strength, rng):
        return tinted(images, factors(rng, (*images.shape[:2], 1, 1), strength / 2))

    @mistake("The strength is always 0.5. Use the one that is given.")
    def strength_hard_coded(images, strength, rng):
        return tinted(images, factors(rng, (*images.shape[:2], 1, 1), 0.5))

    @mistake("You do not draw from rng, so a run cannot be repeated. Use rng.uniform, not np.random.")
    def from_somewhere_else(images, strength, rng):
        return tinted(images, factors(np.random.default_rng(), (*images.shape[:2], 1, 1), strength))

    @mistake("You make a generator of your own with a fixed seed: every call has the same factors. Draw from rng.")
    def the_same_every_time(images, strength, rng):
        return tinted(images, factors(np.random.default_rng(0), (*images.shape[:2], 1, 1), strength))

    @mistake("float32 goes in and float64 comes out. Convert the result to the dtype of the images.")
    def float64_comes_out(images, strength, rng):
        return tinted(images.astype(np.float64), factors(rng, (*images.shape[:2], 1, 1), strength))

    @mistake("Nothing changes: return the changed images.")
    def nothing_changes(images, strength, rng):
        return images

    @mistake("Images that get too bright are scaled down as a whole. Cut off at 1 what is beyond, and leave the rest.")
    def scaled_down(images, strength, rng):
        out = images * factors(rng, (*images.shape[:2], 1, 1), strength)
        return (out / np.maximum(out.max(axis=(1, 2, 3), keepdims=True), 1)).astype(images.dtype)

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
