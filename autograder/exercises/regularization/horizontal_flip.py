"""Horizontal flips: the cheapest way to get new examples, if left and right do not matter."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import equal_and_distinct_seeds, repeated_seeds, seed, uniform
from gradlab import drivers, properties

from .images import distinct_pixels


class HorizontalFlip(Exercise):
    """Mirror some of the images, with one coin flip per image."""

    name, points = "horizontal_flip", 2
    done = "You can mirror images at random, each by its own coin flip; a later cell shows some of them."
    driver = drivers.augment_images
    judge = properties.flips_horizontally

    def reference(images, rng, p=0.5):
        """Flip each image from left to right with probability p.

        Parameters
        ----------
        images : ndarray (N, C, H, W)
            N images with C channels, H rows, and W columns. May be changed in place.
        rng : numpy.random.Generator
            The source of all randomness: call ``rng.random(N)``, for example.
        p : float
            The probability of FLIPPING an image. Each is flipped independently, and all its channels flip together.

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
        # Enough images, in several calls, to tell a half from 39%, the fraction in N // 2 drawn with replacement.
        seeds, images = equal_and_distinct_seeds(rng, 1, 5), distinct_pixels(rng, 500, 3, 2, 3, dtype=np.uint8)
        yield Case("p = 0.5, by default", images=images, seeds=seeds)
        seeds, images = repeated_seeds(rng, distinct=5), distinct_pixels(rng, 400, 2, 2, 3, dtype=np.uint8)
        yield Case("a different p, rng in the same state twice", images=images, seeds=seeds, p=low)
        seeds, images = equal_and_distinct_seeds(rng, 1, 4), distinct_pixels(rng, 400, 2, 3, 4, dtype=np.uint8)
        yield Case("a large p", images=images, seeds=seeds, p=high)
        few = distinct_pixels(rng, 5, 3, 4, 6)
        yield Case("p = 1 flips every image", images=few, seeds=one, p=1.0)
        yield Case("p = 0 flips none", images=few, seeds=one, p=0.0, weight=0)
        images = distinct_pixels(rng, 400, 2, 2, 2, dtype=np.uint8)
        seeds = repeated_seeds(rng, distinct=9)
        yield Case("rng decides, and nothing else", images=images, seeds=seeds, weight=2)

    upside_down = mistake(
        "Which axis holds the columns? Your images are upside down. In (N, C, H, W), reverse the last axis.",
        {"[..., ::-1]": "[..., ::-1, :]"},
    )
    half_a_turn = mistake(
        "How many axes do you reverse? Your images are rotated by half a turn. Reverse only the last axis.",
        {"[..., ::-1]": "[..., ::-1, ::-1]"},
    )
    channels_reversed = mistake(
        "Which axis holds the columns? In your images, the channels trade places: red becomes blue. In (N, C, H, W), "
        "reverse the last axis.",
        {"[..., ::-1]": "[:, ::-1]"},
    )
    batch_reversed = mistake(
        "Are the images still in the order in which they came? In some calls, your whole batch comes back in reverse. "
        "Reverse the columns, which are the last axis, and decide for each image separately.",
        {
            "rng.random(len(images))": "rng.random()",
            "images[flip] = images[flip][..., ::-1]": "if flip:\n    images = images[::-1]",
        },
    )
    flipped_ones_rearranged = mistake(
        "Are the images still in the order in which they came? Some of yours trade places with others in the batch. "
        "Reverse the last axis, the columns, not the first.",
        {"[..., ::-1]": "[::-1]"},
    )
    one_coin_for_all = mistake(
        "How many random numbers does a batch need? In each of your calls, either all images are flipped or none are. "
        "Draw one number per image.",
        {"rng.random(len(images))": "np.full(len(images), rng.random())"},
    )
    a_coin_a_channel = mistake(
        "Do all channels of an image flip together? In your code, each one flips on its own, which pulls the colors "
        "apart. Draw one number per image.",
        {"len(images)": "images.shape[:2]"},
    )
    a_coin_a_row = mistake(
        "Do all rows of an image flip together? In your code, some rows are flipped and others aren't, which tears the "
        "image apart. Draw one number per image.",
        {"len(images)": "images.shape[:3]"},
    )
    always = mistake(
        "Does `p` make a difference? You flip every image, even at p = 0. Flip an image only if its random number is "
        "below p.",
        {"rng.random(len(images)) < p": "np.full(len(images), True)"},
    )
    never = mistake(
        "Do the mirrored pixels ever reach the array that you return? Every image comes back as it was. Reverse the "
        "columns exactly once, on the right of the equals sign, and assign the result to the images that you return, "
        "not to a copy.",
        {"images[flip] =": "flipped ="},
    )
    with_one_minus_p = mistake(
        "Is p the probability of flipping or of leaving an image alone? It's the probability of flipping, but you flip "
        "a fraction 1 - p. Flip an image if its random number is below p.",
        {"< p": ">= p"},
    )
    always_half = mistake(
        "Does the fraction depend on `p`? You flip half of the images, whatever p is. Flip an image if its random "
        "number is below p.",
        {"< p": "< 0.5"},
    )
    half_of_the_images_exactly = mistake(
        "Does the fraction depend on `p`? You flip half of the images, the same number in every call. Draw one "
        "number per image, and flip the image if the number is below p.",
        {"rng.random": "rng.permutation", "< p": "< len(images) // 2"},
    )
    half_drawn_with_replacement = mistake(
        "Which fraction of the images do you flip? Too few at p = 0.5, and too many if p is small. If you choose them "
        "with rng.choice, some are drawn twice, and `p` makes no difference. Draw one number per image, and flip the "
        "image if the number is below p.",
        {"rng.random(len(images)) < p": "np.isin(np.arange(len(images)), rng.choice(len(images), len(images) // 2))"},
    )
    normal_numbers = mistake(
        "Are your random numbers uniform? The fraction that you flip doesn't follow p, and even p = 0 and p = 1 don't "
        "do what they should. Compare numbers from rng.random with p. Numbers from a normal distribution don't work.",
        {"rng.random": "rng.standard_normal"},
    )
    from_somewhere_else = mistake(
        "Does all of the randomness come from `rng`? In your code, two generators in the same state give different "
        "images, so no run can be repeated. Use rng.random, not np.random or a generator of your own.",
        {"rng.random": "np.random.default_rng().random"},
    )
    the_same_every_time = mistake(
        "Does the result depend on `rng`? In your code, every generator flips the same images. Draw from the one that "
        "is passed in, not from one with a fixed seed.",
        {"rng.random": "np.random.default_rng(0).random"},
    )
    real_numbers_come_out = mistake(
        "Does the dtype stay the same? The images should come out with the dtype they came in with.",
        {"images.copy()": "images.astype(np.float32)"},
    )
    added_to_the_batch = mistake(
        "How many images should come out? The result doesn't have the shape of the input. Replace images with their "
        "mirror images instead of adding to the batch, so that the labels still match.",
        {"images[flip] = images[flip][..., ::-1]": "images = np.concatenate([images, images[..., ::-1]])"},
    )
    flipped_ones_alone = mistake(
        "What about the images that aren't flipped? The batch comes back in full only at p = 1. Return all images, the "
        "flipped ones and the others, in the order in which they came.",
        {"return images": "return images[flip]"},
    )
    a_fixed_number = mistake(
        "How many images are flipped in each call? In your code, always the same number. Each image should be flipped "
        "independently with probability p, so the number varies.",
        {"rng.random": "rng.permutation", "< p": "< round(p * len(images))"},
    )
    a_coin_for_two = mistake(
        "Does each image get its own random number? In your code, some images are always flipped together. Draw one "
        "number per image.",
        {"images = ": "flip[(len(images) + 1) // 2 :] = flip[: len(images) // 2]\nimages = "},
    )
    upside_down_too = mistake(
        "Which axes do you reverse? Sometimes the rows, too, so that some images are turned upside down. Reverse only "
        "the last axis, the columns.",
        {
            "images[flip] = images[flip][..., ::-1]": (
                "images[flip] = images[flip][..., ::-1]\n"
                "flip = rng.random(len(images)) < p\n"
                "images[flip] = images[flip][:, :, ::-1]"
            )
        },
    )
    upside_down_too_whatever_p = mistake(
        "Which axes do you reverse? Sometimes the rows, too, so that some images are turned upside down. Reverse only "
        "the last axis, the columns. And does `p` make a difference? At p = 1, every image should be flipped.",
        {
            "< p": "< 0.5",
            "images[flip] = images[flip][..., ::-1]": (
                "images[flip] = images[flip][..., ::-1]\n"
                "flip = rng.random(len(images)) < 0.5\n"
                "images[flip] = images[flip][:, :, ::-1]"
            ),
        },
    )
    flipped_ones_first = mistake(
        "Are the images still in the order in which they came? In your result, the flipped ones come first, so the "
        "labels no longer fit. Assign them to their own places in a copy of the batch.",
        {"images[flip] = images[flip][..., ::-1]": "images = np.concatenate([images[flip][..., ::-1], images[~flip]])"},
    )
    overwritten_while_reading = mistake(
        "Where do the mirrored columns come from? From the image that you are changing, so the second half copies "
        "what the first half has just become. Read from a copy, or reverse the whole axis at once.",
        {
            "images[flip] = images[flip][..., ::-1]": (
                "for column in range(images.shape[3]):\n"
                "    images[flip, :, :, column] = images[flip, :, :, -1 - column]"
            )
        },
    )
    last_column_everywhere = mistake(
        "What does `-1:` mean? It takes the last column alone, so in your flipped images all columns are the same. "
        "`::-1` takes all columns, in reverse.",
        {"[..., ::-1]": "[..., -1:]"},
    )
    last_column_everywhere_whatever_p = mistake(
        "What does `-1:` mean? It takes the last column alone, so in your flipped images all columns are the same. "
        "`::-1` takes all columns, in reverse. And does `p` make a difference? At p = 0, no image should be flipped.",
        {"< p": "< 0.5", "[..., ::-1]": "[..., -1:]"},
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
