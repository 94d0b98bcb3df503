"""Mixup: train on mixtures of two images, with labels mixed in the same proportion."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import equal_and_distinct_seeds, repeated_seeds, uniform
from gradlab import drivers, properties


class Mixup(Exercise):
    """Mix each image with a random partner, and say in the target how much of each there is."""

    name, points = "mixup", 3
    done = "You can make examples that lie between two others, with targets mixed to match; see some below."
    driver = drivers.mix_batches
    judge = properties.mixes_examples

    def reference(images, targets, alpha, rng):
        """Mix each image in a batch with another one, and their targets in the same way.

            lam ~ Beta(alpha, alpha),   one number for the whole batch
            mixed = lam · own + (1 - lam) · partner,   for images and targets alike

        The partners are a random permutation of the batch, so an image may be its own partner.

        Parameters
        ----------
        images : ndarray (N, ...)
            Images or rows of features. May be changed in place.
        targets : ndarray (N, C)
            The probability of each class, such as one-hot rows. May be changed in place.
        alpha : float
            Above 0. A small alpha keeps mixtures near one image; a large one mixes half and half.
        rng : numpy.random.Generator
            The source of all randomness: call ``rng.beta(a, b)`` and ``rng.permutation(N)``, for example.

        Returns
        -------
        images : ndarray (N, ...)
            With the same dtype.
        targets : ndarray (N, C)

        References
        ----------
        Zhang, Cisse, Dauphin & Lopez-Paz, "mixup: beyond empirical risk minimization" (2018).
        """
        lam = rng.beta(alpha, alpha)
        partners = rng.permutation(len(images))
        mixed = lam * images + (1 - lam) * images[partners]
        labels = lam * targets + (1 - lam) * targets[partners]
        return mixed.astype(images.dtype), labels

    def cases(rng):
        def seeds(distinct, equal=1):
            return equal_and_distinct_seeds(rng, equal, distinct)

        yield Case("rows of features", **batch(rng, 6, 8), alpha=uniform(rng, 3, 6), seeds=seeds(4))
        yield Case("color images", **batch(rng, 5, 3, 2, 4), alpha=uniform(rng, 3, 6), seeds=seeds(4))
        soft = batch(rng, 6, 9)
        soft["targets"] = 0.9 * soft["targets"] + 0.1 / soft["targets"].shape[1]
        yield Case("targets that are soft already", **soft, alpha=uniform(rng, 3, 6), seeds=seeds(4))
        yield Case("many batches, alpha = 0.2", **batch(rng, 6, 7), alpha=0.2, seeds=seeds(400))
        yield Case("many batches, alpha = 1", **batch(rng, 6, 7), alpha=1.0, seeds=seeds(400))
        yield Case("many batches, a large alpha", **batch(rng, 6, 7), alpha=uniform(rng, 6, 9), seeds=seeds(400))
        yield Case(
            "rng decides, and nothing else", **batch(rng, 7, 8), alpha=uniform(rng, 3, 6), seeds=repeated_seeds(rng)
        )
        single = batch(rng, 6, 1, 3, 3)
        single["images"] = single["images"].astype(np.float32)
        yield Case("float32 stays float32", **single, alpha=uniform(rng, 3, 6), seeds=seeds(4))

    labels_not_mixed = mistake(
        "What should the target of a mixture be? Both targets, weighted like the images. Yours come back as they were.",
        {"lam * targets + (1 - lam) * targets[partners]": "targets"},
    )
    labels_of_the_partners = mistake(
        "What should the target of a mixture be? Both targets, weighted like the images. In your code, each image gets "
        "only its partner's target.",
        {"lam * targets + (1 - lam) * targets[partners]": "targets[partners]"},
    )
    labels_swapped = mistake(
        "Which weight should each target get? The same as its image. Yours are swapped: an example whose image is "
        "mostly its own is labeled mostly as its partner.",
        {"lam * targets + (1 - lam) * targets[partners]": "(1 - lam) * targets + lam * targets[partners]"},
    )
    labels_half_and_half = mistake(
        "How much of each target is in your mixture? Half. Give the targets the weights of the images, lam and 1 - "
        "lam.",
        {"lam * targets + (1 - lam) * targets[partners]": "(targets + targets[partners]) / 2"},
    )
    labels_of_the_larger_part = mistake(
        "Is your target a mixture? Each comes from only one of the two images, the one with the larger weight. Mix the "
        "targets, too.",
        {"lam * targets + (1 - lam) * targets[partners]": "targets if lam >= 0.5 else targets[partners]"},
    )
    labels_of_other_partners = mistake(
        "Do images and targets have the same partners? Your targets are mixed with those of different images. Draw the "
        "permutation once, and use it for both.",
        {"(1 - lam) * targets[partners]": "(1 - lam) * targets[rng.permutation(len(images))]"},
    )
    labels_with_another_weight = mistake(
        "Do images and targets have the same weights? Your targets get a different weight, but a target should say how "
        "much of each image is in the mixture. Draw lam once, and use it for both.",
        {"labels = lam * targets": "lam = rng.beta(alpha, alpha)\nlabels = lam * targets"},
    )
    labels_added_up = mistake(
        "What does a mixed target add up to? It should be 1, but you add the two targets in full. Weight them by lam "
        "and 1 - lam.",
        {"lam * targets + (1 - lam) * targets[partners]": "targets + targets[partners]"},
    )
    labels_larger_of_two = mistake(
        "What does a mixed target add up to? It should be 1, but for each class you take the larger of the two "
        "numbers. Weight the two targets by lam and 1 - lam, and add them.",
        {"lam * targets + (1 - lam) * targets[partners]": "np.maximum(targets, targets[partners])"},
    )
    labels_with_weights_that_do_not_add_up = mistake(
        "What does a mixed target add up to? It should be 1, but yours doesn't. Weight the two targets by lam and 1 - "
        "lam, like the images.",
        {"lam * targets + (1 - lam) * targets[partners]": "lam * targets + targets[partners]"},
    )
    one_weight_per_image = mistake(
        "How many values of lam does a batch need? One, as in the paper. In your code, every image has its own.",
        {
            "lam = rng.beta(alpha, alpha)": (
                "lam = rng.beta(alpha, alpha, len(images))\nwide = lam.reshape(-1, *[1] * (images.ndim - 1))"
            ),
            "lam * images + (1 - lam) * images[partners]": "wide * images + (1 - wide) * images[partners]",
            "lam * targets + (1 - lam) * targets[partners]": (
                "lam[:, None] * targets + (1 - lam[:, None]) * targets[partners]"
            ),
        },
    )
    one_weight_per_row = mistake(
        "How many values of lam does a batch need? One, as in the paper. In your code, every example has its own, in "
        "an array of shape (N, 1) that doesn't even fit color images.",
        {"rng.beta(alpha, alpha)": "rng.beta(alpha, alpha, len(images))[:, None]"},
    )
    one_weight_per_image_without_channels = mistake(
        "How many values of lam does a batch need? One, as in the paper. In your code, every example has its own, in "
        "an array of shape (N, 1, 1) that fits neither rows of features nor color images.",
        {
            "rng.beta(alpha, alpha)": "rng.beta(alpha, alpha, len(images))[:, None, None]",
            "lam * targets + (1 - lam) * targets[partners]": (
                "lam[:, 0] * targets + (1 - lam[:, 0]) * targets[partners]"
            ),
        },
    )
    one_weight_per_pixel = mistake(
        "How many values of lam does a batch need? One. In your code, an image's pixels have different weights, or the "
        "result isn't a weighted sum of two images.",
        {
            "lam * images + (1 - lam) * images[partners]": (
                "images[partners] + rng.beta(alpha, alpha, images.shape) * (images - images[partners])"
            )
        },
    )
    weights_do_not_add_up = mistake(
        "How much of the partner is in a mixture? It should be 1 - lam, so that the weights add up to 1. Yours don't.",
        {"lam * images + (1 - lam) * images[partners]": "lam * images + lam * images[partners]"},
    )
    partner_in_full = mistake(
        "How much of the partner is in a mixture? You add it in full. Multiply it by 1 - lam, so that the weights add "
        "up to 1.",
        {"lam * images + (1 - lam) * images[partners]": "lam * images + images[partners]"},
    )
    scaled_in_place = mistake(
        "Is the partner still whole when you add it? Not if `images *= lam` came first: then every partner is already "
        "multiplied by lam. Compute the mixture from the original images.",
        {"lam * images + (1 - lam) * images[partners]": "lam * images + (1 - lam) * (lam * images)[partners]"},
    )
    mixed_one_after_another = mistake(
        "Are the partners still the original images? Some are mixtures themselves, because the loop overwrites images "
        "that later ones need. Write into a new array.",
        {
            "mixed = lam * images + (1 - lam) * images[partners]": (
                "mixed = images.copy()\n"
                "for i, j in enumerate(partners):\n"
                "    mixed[i] = lam * mixed[i] + (1 - lam) * mixed[j]"
            )
        },
    )
    alpha_ignored = mistake(
        "Does alpha make a difference? Your lam is uniform, whatever alpha is. Draw it with rng.beta(alpha, alpha).",
        {"rng.beta(alpha, alpha)": "rng.random()"},
    )
    alpha_hard_coded = mistake(
        "Does alpha make a difference? Whatever alpha is, your lam is usually close to 0 or 1, as for alpha = 0.2. "
        "Draw it with rng.beta(alpha, alpha).",
        {"rng.beta(alpha, alpha)": "rng.beta(0.2, 0.2)"},
    )
    beta_with_one = mistake(
        "What are the two parameters of the distribution? Both are alpha. If they differ, one image in each pair tends "
        "to win.",
        {"rng.beta(alpha, alpha)": "rng.beta(alpha, 1)"},
    )
    always_half = mistake(
        "Is lam random? Yours is the same in every call. Draw it with rng.beta(alpha, alpha).",
        {"rng.beta(alpha, alpha)": "0.3"},
    )
    alpha_taken_for_the_weight = mistake(
        "Is alpha the weight? It's the parameter of the distribution that lam comes from. Draw lam with "
        "rng.beta(alpha, alpha).",
        {"rng.beta(alpha, alpha)": "alpha"},
    )
    normal_weight = mistake(
        "Can lam be negative, or above 1? Yours can. Draw it with rng.beta, which stays between 0 and 1.",
        {"rng.beta(alpha, alpha)": "rng.normal(0.5, 0.5)"},
    )
    batch_reversed = mistake(
        "Which images are the partners? The batch in reverse, in every call, so that the same pairs meet again and "
        "again. Draw a random permutation.",
        {"rng.permutation(len(images))": "np.arange(len(images))[::-1]"},
    )
    next_in_line = mistake(
        "Are the partners random? In your code, all images move by the same number of places, so that one pair "
        "determines all others. Draw a random permutation.",
        {"rng.permutation(len(images))": "(np.arange(len(images)) + rng.integers(len(images))) % len(images)"},
    )
    partners_drawn_with_replacement = mistake(
        "Is every image the partner of exactly one image? Some are chosen several times and some never, because "
        "partners are drawn with replacement. Draw a permutation.",
        {"rng.permutation(len(images))": "rng.integers(len(images), size=len(images))"},
    )
    one_partner_for_all = mistake(
        "Does each image have its own partner? In your code, all are mixed with the same one. Draw a permutation of "
        "the whole batch.",
        {"rng.permutation(len(images))": "np.full(len(images), rng.integers(len(images)))"},
    )
    not_mixed = mistake(
        "Do the mixed images ever reach your return statement? Images and targets both come back as they were.",
        {"lam = rng.beta(alpha, alpha)": "lam = 1.0"},
    )
    images_not_mixed = mistake(
        "Are the images mixed? Only the targets are. Mix the images, too, with the same weights and partners.",
        {"lam * images + (1 - lam) * images[partners]": "images"},
    )
    from_somewhere_else = mistake(
        "Does all of the randomness come from `rng`? In your code, two generators in the same state give different "
        "mixtures, so no run can be repeated. Use rng.beta and rng.permutation, not np.random.",
        {"rng.beta": "np.random.default_rng().beta", "rng.permutation": "np.random.default_rng().permutation"},
    )
    the_same_every_time = mistake(
        "Does the result depend on `rng`? In your code, every generator gives the same mixtures. Draw from the one "
        "that is passed in, not from one with a fixed seed.",
        {"rng.beta": "np.random.default_rng(1).beta", "rng.permutation": "np.random.default_rng(1).permutation"},
    )
    float64_comes_out = mistake(
        "What dtype comes out when float32 goes in? It should be the dtype of the images, so convert the result.",
        {"mixed.astype(images.dtype)": "mixed.astype(np.float64)"},
    )
    images_alone = mistake(
        "How many values should you return? Two: the mixed images, and the targets mixed in the same way.",
        {"mixed.astype(images.dtype), labels": "mixed.astype(images.dtype)"},
    )

    @mistake(
        "How many values should you return? Two: images and targets. Don't return both sets of labels and lam, as the "
        "paper's code does, but the mixed targets."
    )
    def as_in_the_papers_code(images, targets, alpha, rng):
        lam, index = rng.beta(alpha, alpha), rng.permutation(len(images))
        return lam * images + (1 - lam) * images[index], targets, targets[index], lam

    some_left_alone = mistake(
        "Is every image mixed with its partner? Some of yours come back as they were, although others are mixed with "
        "them. Mix the whole batch at once, with a permutation of all images.",
        {"mixed = ": "partners[len(images) // 2 :] = np.arange(len(images))[len(images) // 2 :]\nmixed = "},
    )

    @variant
    def in_place(images, targets, alpha, rng):
        order = np.arange(len(images))
        rng.shuffle(order)
        weight = rng.beta(alpha, alpha)
        for array in (images, targets):
            others = array[order]
            array *= weight
            array += (1 - weight) * others
        return images, targets

    @variant
    def larger_part_is_its_own(images, targets, alpha, rng):
        """Take the larger weight for the image itself, as some libraries do; it makes no difference in the end."""
        a, b = rng.gamma(alpha), rng.gamma(alpha)
        lam = max(a, b) / (a + b)
        index = rng.permutation(np.arange(len(targets)))
        matrix = lam * np.eye(len(index)) + (1 - lam) * np.eye(len(index))[index]
        mixed = np.tensordot(matrix.astype(images.dtype), images, axes=1)
        return mixed, matrix @ targets

    @variant
    def one_by_one(images, targets, alpha, rng):
        lam, index = rng.beta(alpha, alpha), rng.permutation(len(images))
        mixed = [images[j] + (images[i] - images[j]) * lam for i, j in enumerate(index)]
        return np.array(mixed, images.dtype), np.array(
            [lam * targets[i] + (1 - lam) * targets[index[i]] for i in range(len(index))]
        )


def batch(rng, count, *shape, classes=7):
    """Images that are linearly independent, each from a different class."""
    images = rng.uniform(0, 1, (count, *shape))
    flat = images.reshape(count, -1)
    flat[:, :count] += np.eye(count)
    return {"images": images, "targets": np.eye(classes)[rng.permutation(classes)[:count]]}
