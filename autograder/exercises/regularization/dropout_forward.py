"""Inverted dropout, forward: the mask, its scale, and when not to use it."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, signed, uniform
from gradlab import drivers, properties


class DropoutForward(Exercise):
    """Keep each unit with probability p, and scale up the kept units."""

    name, points = "dropout_forward", 4
    driver = drivers.dropout_forward_only
    judge = properties.applies_inverted_dropout

    def reference(x, dropout_param):
        """The forward pass of inverted dropout.

            train: out = x · mask / p,  each entry of the mask 1 with probability p, else 0, each drawn by itself
            test:  out = x

        p is the probability of KEEPING an entry, not of dropping it.

        Parameters
        ----------
        x : ndarray (N, ...)
            The outputs of a layer for N examples, of any shape; may be changed in place, but need not be.
        dropout_param : dict
            ``p``: in 0..1, above 0; at 1 everything is kept. ``mode``: "train" or "test". ``seed``: int, optional;
            the same seed gives the same mask, so that a gradient can be checked. Without it every call draws a new
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
        has the scale at training time.
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
        shape = (40, 60)
        yield Case("about a quarter kept", x=signed(rng, 1, 3, *shape), dropout_param=training(low), times=8)
        yield Case("about two thirds kept", x=signed(rng, 1, 3, *shape), dropout_param=training(high), times=2)
        images = signed(rng, 1, 3, 31, 3, 4, 20)  # enough that masks of whole examples do not repeat by chance
        yield Case("images, every pixel by itself", x=images, dropout_param=training(high))
        x = signed(rng, 1, 3, 5, 6)
        yield Case("at test time nothing changes", x=x, dropout_param={"p": low, "mode": "test"})
        x = signed(rng, 1, 3, 40, 40)
        yield Case(
            "a seed repeats its mask, another gives another",
            x=x,
            dropout_param=training(high),
            seeds=repeated_seeds(rng),
        )
        # Large enough that a mask made with randn < 1, which keeps 84 %, never keeps everything by chance.
        yield Case("p = 1 keeps everything", x=signed(rng, 1, 3, 10, 20), dropout_param=training(1.0), weight=0.25)
        x = signed(rng, 1, 3, 60, 80).astype(np.float32)
        yield Case("float32 stays float32", x=x, dropout_param=training(high))

    never_scaled = mistake(
        "What is kept is not scaled in training. Divide by p, so that the mean is what it was.", {"kept / p": "kept"}
    )
    vanilla = mistake(
        "This is vanilla dropout: it scales by p at test time. Inverted dropout divides by p in training, and at test "
        "time it does nothing at all.",
        {"kept / p": "kept", "x, None": "x * p, None"},
    )
    scaled_both_times = mistake(
        "You divide by p in training and scale at test time as well. Once is enough: in training.",
        {"x, None": "x * p, None"},
    )
    keep_and_drop_exchanged = mistake(
        "Keep and drop are exchanged: p is the probability of keeping, so keep where the number drawn is below p.",
        {"< p": ">= p"},
    )
    p_drops = mistake(
        "You take p for the probability of dropping: both the mask and its scale have 1 - p. It is that of keeping.",
        {"< p": ">= p", "kept / p": "kept / (1 - p)"},
    )
    divided_by_the_rest = mistake(
        "The right share is kept, but it is divided by 1 - p. Divide by p, the share that is kept.",
        {"kept / p": "kept / (1 - p)"},
    )
    multiplied_by_p = mistake(
        "What is kept is multiplied by p, and so is smaller still. Divide by p.", {"kept / p": "kept * p"}
    )
    divided_twice = mistake(
        "What is kept is divided by p twice: in the mask and again in the output.", {"kept / p": "kept / p**2"}
    )
    one_row_for_the_batch = mistake(
        "All examples have the same mask, a row as wide as one example. Draw one of the full shape of x.",
        {"x.shape": "x.shape[1:]"},
    )
    mask_of_one_dimension = mistake(
        "The mask has one dimension, the last, and is repeated over all others. Draw one of the full shape of x.",
        {"x.shape": "x.shape[-1:]"},
    )
    as_long_as_a_row = mistake(
        "The mask is one row, as long as x has columns: all examples share it. Draw one of the full shape of x.",
        {"x.shape": "x.shape[1]"},
    )
    whole_examples = mistake(
        "Each example is kept or dropped as a whole. Draw a number for every one of its entries.",
        {"x.shape": "(len(x), *[1] * (x.ndim - 1))"},
    )
    two_dimensions_only = mistake(
        "This takes a batch of rows only. x may have more dimensions: draw a mask of x.shape, whatever that is.",
        {"x.shape": "x.shape[:2]"},
    )
    randn_above_p = mistake(
        "randn draws from the normal distribution; randn > 0.5 keeps 30.9%. Draw from the uniform one: rand < p.",
        {"rng.random": "rng.standard_normal", "< p": "> p"},
    )
    randn_below_p = mistake(
        "You draw from the normal distribution, of which more than p lies below p. Draw uniform numbers.",
        {"rng.random": "rng.standard_normal"},
    )
    always_half = mistake("Half are kept, whatever p is: compare the numbers drawn with p.", {"< p": "< 0.5"})
    a_fixed_number = mistake(
        "Every example keeps exactly as many entries. Each entry has a coin of its own, so the number varies.",
        {
            "rng.random(x.shape)": "rng.random((len(x), x[0].size)).argsort(axis=1).reshape(x.shape)",
            "< p": "< round(p * x[0].size)",
        },
    )
    a_fixed_number_of_all = mistake(
        "Every call keeps exactly as many entries. Each has a coin of its own, so the number varies.",
        {"rng.random(x.shape)": "rng.permutation(x.size).reshape(x.shape)", "< p": "< round(p * x.size)"},
    )
    half_of_the_batch_twice = mistake(
        "One mask serves half of the batch and then the other half. Draw one of the full shape of x.",
        {"mask = ": "kept[(len(x) + 1) // 2 :] = kept[: len(x) // 2]\nmask = "},
    )
    never_drops = mistake(
        "Nothing is ever dropped. In training drop each entry with probability 1 - p, and divide the others by p.",
        {"x * mask": "x"},
    )
    active_at_test = mistake(
        "Dropout is active at test time. There every unit speaks, and x comes back as it is.",
        {'if dropout_param["mode"] == "test":\n    return x, None': ""},
    )
    modes_exchanged = mistake(
        "Train and test are exchanged: drop in training, and leave x alone at test time.", {'== "test"': '!= "test"'}
    )
    float64_comes_out = mistake(
        "float32 goes in and float64 comes out: the mask is float64. Convert it to the dtype of x.",
        {".astype(x.dtype)": ""},
    )
    seed_ignored = mistake(
        "The seed is not used, so two passes with one seed have two masks. Seed the generator that draws the mask.",
        {'dropout_param.get("seed")': ""},
    )
    always_the_same = mistake(
        "Every call draws the same mask: a generator is seeded although no seed is given.",
        {'get("seed")': 'get("seed", 0)'},
    )
    fixed_seed = mistake(
        "Every call draws the same mask, because the seed is a constant and not the one that is given.",
        {'dropout_param.get("seed")': "0"},
    )
    no_cache = mistake(
        "Return two things, (out, cache): the backward pass needs the mask.",
        {"x, None": "x", "x * mask, mask": "x * mask"},
    )
    mask_returned = mistake("You return the mask instead of x times the mask.", {"x * mask": "mask"})

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
