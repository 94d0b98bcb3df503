"""Inverted dropout, forward: the mask, its scale, and when not to use it."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, signed, uniform
from gradlab import drivers, properties
from gradlab.checks.pictures import Picture


class DropoutForward(Exercise):
    """Keep each unit with probability p, and scale up the kept units."""

    name, points = "dropout_forward", 4
    done = "You have dropout in the form that frameworks use: scaled in training, nothing left to do at test time."
    driver = drivers.dropout_forward_only
    judge = properties.applies_inverted_dropout
    picture = Picture("mask", ("out 1 / x", "out 2 / x"))

    def reference(x, dropout_param):
        """The forward pass of inverted dropout.

            train: out = x · mask / p,  where each entry of the mask is 1 with probability p and 0 otherwise,
                   independently of all others
            test:  out = x

        p is the probability of KEEPING an entry, not of dropping it.

        Parameters
        ----------
        x : ndarray (N, ...)
            A layer's outputs for N examples, of any shape. May be changed in place.
        dropout_param : dict
            ``p``: above 0, at most 1; at 1, everything is kept. ``mode``: "train" or "test". ``seed``: int, optional;
            the same seed gives the same mask, so that you can check a gradient. Without a seed, every call draws a new
            mask.

        Returns
        -------
        out : ndarray (N, ...)
            With the dtype of `x`.
        cache : anything
            Whatever `dropout_backward` needs.

        References
        ----------
        Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting" (2014); section 10
        moves the scaling to training time.
        """
        p = dropout_param["p"]
        if dropout_param["mode"] == "test":
            return x, None
        rng = np.random.default_rng(dropout_param.get("seed"))
        kept = rng.random(x.shape) < p
        mask = (kept / p).astype(x.dtype)
        return x * mask, mask

    def cases(rng):
        # For p in these ranges, a mask made with randn, or with 1 - p, keeps a clearly different fraction.
        low, high = uniform(rng, 0.2, 0.28), uniform(rng, 0.61, 0.64)
        x = signed(rng, 1, 3, 40, 60)
        yield Case("about a quarter kept", x=x, dropout_param=training(low), times=8)
        yield Case("about two thirds kept", x=x, dropout_param=training(high), times=2)
        # 31 examples, and rows of 36 numbers: too many for a mask of whole examples, or one that is repeated in every
        # row, to be the same twice or to keep everything by chance.
        images = signed(rng, 1, 3, 31, 2, 2, 36)
        yield Case("images: every pixel has its own number", x=images, dropout_param=training(high), times=2)
        param = {"p": low, "mode": "test"}
        few = signed(rng, 1, 3, 10, 12)
        yield Case("at test time nothing changes", x=few, dropout_param=param, then_train=True, weight=2)
        seeds = repeated_seeds(rng)
        yield Case(
            "the same seed gives the same mask, a different one doesn't", x=x, dropout_param=training(high), seeds=seeds
        )
        zeros = np.array([0, 0])
        yield Case("a seed of 0 is a seed, too", x=x, dropout_param=training(high), seeds=zeros, weight=0.5)
        # Large enough that a mask made with randn < 1, which keeps 84%, never keeps everything by chance.
        yield Case("p = 1 keeps everything", x=signed(rng, 1, 3, 10, 20), dropout_param=training(1.0), weight=0)
        x = signed(rng, 1, 3, 50, 60).astype(np.float32)
        yield Case("float32 stays float32", x=x, dropout_param=training(high), times=2)

    never_scaled = mistake(
        "Does the mean stay the same in training? Not in your code: the kept entries aren't scaled. Divide them by p.",
        {"kept / p": "kept"},
    )
    vanilla = mistake(
        "In which mode does inverted dropout scale? You scale at test time and not in training, which is vanilla "
        "dropout. The inverted form divides by p in training and does nothing at all at test time.",
        {"kept / p": "kept", "x, None": "x * p, None"},
    )
    scaled_both_times = mistake(
        "What should happen at test time? Nothing: training has already divided by p. You scale the output again.",
        {"x, None": "x * p, None"},
    )
    keep_and_drop_exchanged = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you keep a fraction 1 - "
        "p. Keep an entry if its random number is below p.",
        {"< p": ">= p"},
    )
    p_drops = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping. You keep a fraction 1 - p, "
        "and at p = 1, when nothing should be dropped, your output isn't even finite.",
        {"< p": ">= p", "kept / p": "kept / (1 - p)"},
    )
    divided_by_the_rest = mistake(
        "What should the kept entries be divided by? You keep the right fraction, but you divide by 1 - p. Divide by "
        "p, the fraction that is kept.",
        {"kept / p": "kept / (1 - p)"},
    )
    multiplied_by_p = mistake(
        "Should the kept entries get larger or smaller? They have to make up for those that are dropped, so divide by "
        "p. You multiply them by it.",
        {"kept / p": "kept * p"},
    )
    divided_twice = mistake(
        "How many times are the kept entries divided by p? Twice in your code, perhaps in the mask and again in "
        "the output. Once is enough.",
        {"kept / p": "kept / p**2"},
    )
    one_row_for_the_batch = mistake(
        "Does each example have its own mask? In your code, they all share one. Draw a mask with the full shape of x.",
        {"x.shape": "x.shape[1:]"},
    )
    mask_of_one_dimension = mistake(
        "Does each entry of x have its own random number? In your code, one short mask is repeated over and over. Draw "
        "a mask with the full shape of x.",
        {"x.shape": "x.shape[-1:]"},
    )
    as_long_as_a_row = mistake(
        "What is the shape of your mask? It has one number per column, so all examples share it, and it doesn't fit "
        "images at all. Draw a mask with the full shape of x.",
        {"x.shape": "x.shape[1]"},
    )
    one_number_per_example = mistake(
        "What is the shape of your mask? It has one number per example, (N,), which doesn't broadcast with x. Draw a "
        "mask with the full shape of x, so that each entry has its own number.",
        {"x.shape": "len(x)"},
    )
    whole_examples = mistake(
        "Does each entry of x have its own random number? In your code, an example is kept or dropped as a whole. Draw "
        "a mask with the full shape of x.",
        {"x.shape": "(len(x), *[1] * (x.ndim - 1))"},
    )
    two_dimensions_only = mistake(
        "Does your function work if x has more than two axes? For images, it stops with an error. Draw a mask of shape "
        "x.shape, whatever that is.",
        {"x.shape": "x.shape[:2]"},
    )
    randn_above_p = mistake(
        "Are your random numbers uniform? When p is small, you keep too much, and when it's large, too little. Keep "
        "an entry if its number from rng.random is below p. `randn` draws normal numbers: `randn > 0.5` keeps 30.9% of "
        "them.",
        {"rng.random": "rng.standard_normal", "< p": "> p"},
    )
    randn_below_p = mistake(
        "Are your random numbers uniform? You keep more than a fraction p, except at p = 1, where you drop something. "
        "Keep an entry if its number from rng.random is below p. Numbers from a normal distribution don't work.",
        {"rng.random": "rng.standard_normal"},
    )
    always_half = mistake(
        "Does the fraction depend on `p`? You keep half of the entries, whatever p is. Keep an entry if its random "
        "number is below p.",
        {"< p": "< 0.5"},
    )
    a_fixed_number = mistake(
        "How many entries does each example keep? In your code, always the same number. Each entry should be kept "
        "independently with probability p, so the number varies.",
        {
            "rng.random(x.shape)": "rng.random((len(x), x[0].size)).argsort(axis=1).reshape(x.shape)",
            "< p": "< round(p * x[0].size)",
        },
    )
    a_fixed_number_of_all = mistake(
        "How many entries does each call keep? In your code, always the same number. Each entry should be kept "
        "independently with probability p, so the number varies.",
        {"rng.random(x.shape)": "rng.permutation(x.size).reshape(x.shape)", "< p": "< round(p * x.size)"},
    )
    half_of_the_batch_twice = mistake(
        "Does each entry of x have its own random number? In your code, some entries are always kept or dropped "
        "together. Draw a mask with the full shape of x.",
        {"mask = ": "kept[(len(x) + 1) // 2 :] = kept[: len(x) // 2]\nmask = "},
    )
    never_drops = mistake(
        "Is anything dropped in training? Not in your code. Multiply x by a mask that drops each entry with "
        "probability 1 - p, and divide what is kept by p.",
        {"x * mask": "x"},
    )
    active_at_test = mistake(
        "What should happen at test time? Nothing: return x as it is. In your output, some entries are 0, as in "
        "training. Check the mode first.",
        {'if dropout_param["mode"] == "test":\n    return x, None': ""},
    )
    relu_at_test = mistake(
        "What should happen at test time? Nothing: return x as it is. In your code, negative entries become 0, as in a "
        "ReLU, which isn't part of dropout.",
        {"return x, None": "return np.maximum(x, 0), None"},
    )
    modes_exchanged = mistake(
        'What happens in "train" mode, and what in "test" mode? You drop nothing in training, but you do drop entries '
        "at test time. It should be the other way around.",
        {'== "test"': '!= "test"'},
    )
    float64_comes_out = mistake(
        "What dtype comes out when float32 goes in? It should be the dtype of x, so convert the mask or the output.",
        {".astype(x.dtype)": ""},
    )
    seed_ignored = mistake(
        "What is the seed for? Two passes with the same seed must have the same mask, but yours don't. Use it to seed "
        "the generator that draws the mask.",
        {'dropout_param.get("seed")': ""},
    )
    seed_zero_ignored = mistake(
        "What if the seed is 0? It's a seed like any other, but `if seed:` takes it for none. Ask whether it is None.",
        {'dropout_param.get("seed")': 'dropout_param.get("seed") or None'},
    )
    always_the_same = mistake(
        "Does every call draw a new mask? Without a seed it should, but all of your calls have the same one. Use a "
        "generator that is seeded only if a seed is given.",
        {'get("seed")': 'get("seed", 0)'},
    )
    seed_expected = mistake(
        'What if dropout_param has no seed? Your function raises a KeyError. dropout_param.get("seed") gives None '
        "then, which is what np.random.default_rng needs for a new mask in every call.",
        {'dropout_param.get("seed")': 'dropout_param["seed"]'},
    )
    fixed_seed = mistake(
        "Does every call draw a new mask? All of your calls have the same one, even with different seeds. Is there a "
        "constant where the given seed should be?",
        {'dropout_param.get("seed")': "0"},
    )
    no_cache = mistake(
        "What does the backward pass need? It needs the mask, so return two values: (out, cache).",
        {"x, None": "x", "x * mask, mask": "x * mask"},
    )
    mask_returned = mistake(
        "Is the output computed from x? Your kept entries aren't x / p. Multiply x by the mask, whose entries are 0 or "
        "1 / p.",
        {"x * mask": "mask"},
    )

    vanilla_with_p_dropped = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you keep a fraction 1 - "
        "p. And what should happen at test time? Nothing: the inverted form divides by p in training.",
        {"< p": ">= p", "kept / p": "kept", "x, None": "x * (1 - p), None"},
    )
    vanilla_with_p_dropped_and_no_mask_at_test = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you keep a fraction 1 - "
        "p. And does your function reach its end at test time? No, it stops with an error. If a name such as the mask "
        "gets a value only in training, set it to None first.",
        {"< p": ">= p", "kept / p": "kept", "return x, None": "return x, mask"},
    )
    two_dimensions_with_p_dropped = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping, but you keep a fraction 1 - "
        "p. And does your mask fit if x has more than two axes? Draw a mask of shape x.shape, whatever that is.",
        {"x.shape": "x.shape[:2]", "< p": ">= p"},
    )
    p_drops_and_float64_comes_out = mistake(
        "Is p the probability of keeping or of dropping? It's the probability of keeping. And what dtype comes out "
        "when float32 goes in? It should be the dtype of x.",
        {"< p": ">= p", "kept / p": "kept / (1 - p)", ".astype(x.dtype)": ""},
    )
    never_scaled_and_float64_comes_out = mistake(
        "Does the mean stay the same in training? Not in your code: the kept entries aren't scaled. Divide them by p. "
        "And what dtype comes out when float32 goes in? It should be the dtype of x.",
        {"(kept / p).astype(x.dtype)": "kept.astype(np.float64)"},
    )
    mask_not_compared = mistake(
        "Is anything dropped in training? Not in your code, but the output isn't x, either. Multiply x by a mask that "
        "is 1 / p where a random number is below p, and 0 elsewhere.",
        {" < p": ""},
    )
    divided_by_the_fraction_kept = mistake(
        "What should the kept entries be divided by? You keep the right fraction, but the kept entries aren't x / p. "
        "Divide by p itself, not by its root, and not by the fraction that happened to be kept.",
        {"kept / p": "kept / kept.mean()"},
    )
    one_number_per_row = mistake(
        "What is the shape of your mask? It has one number per example, (N, 1), so an example is kept or dropped as a "
        "whole, and the mask doesn't fit images at all. Draw a mask with the full shape of x.",
        {"x.shape": "(len(x), 1)"},
    )

    @variant
    def as_in_cs231n(x, dropout_param):
        p, mode = dropout_param["p"], dropout_param["mode"]
        if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        mask, out = None, x
        if mode == "train":
            mask = (np.random.rand(*x.shape) < p) / p
            out = x * mask
        return out.astype(x.dtype, copy=False), (dropout_param, mask)

    @variant
    def in_place_by_binomial(x, dropout_param):
        if dropout_param["mode"] != "train":
            return x.copy(), {"scale": 1.0}
        rng = np.random.default_rng(dropout_param.get("seed"))
        mask = rng.binomial(1, dropout_param["p"], size=x.shape).astype(bool)
        x[~mask] = 0
        x /= dropout_param["p"]
        return x, {"mask": mask, "scale": 1 / dropout_param["p"]}

    @variant
    def example_by_example(x, dropout_param):
        if dropout_param["mode"] == "test":
            return x + 0, np.ones_like(x)
        rng, p = np.random.RandomState(dropout_param.get("seed")), dropout_param["p"]
        masks = [np.where(rng.uniform(size=row.shape) >= 1 - p, 1 / p, 0).astype(x.dtype) for row in x]
        return x * np.array(masks), np.array(masks)


def training(p):
    return {"p": p, "mode": "train"}
