"""Inverted dropout, forward: the mask, its scale, and when not to use it."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import repeated_seeds, signed, uniform
from gradlab import drivers, properties


def kept_with_probability(x, param):
    """The correct mask."""
    return np.random.default_rng(param.get("seed")).random(x.shape) < param["p"]


def one_over_p(mask, p):
    return mask / p


def dropped(x, param, mask=kept_with_probability, scale=one_over_p, at_test=lambda x, p: x):
    """Inverted dropout with one part replaced, for most of the known mistakes."""
    if param["mode"] == "test":
        return at_test(x, param["p"]), None
    scaled = scale(mask(x, param), param["p"]).astype(x.dtype)
    return x * scaled, scaled


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
        if dropout_param["mode"] == "test":
            return x, None
        p = dropout_param["p"]
        rng = np.random.default_rng(dropout_param.get("seed"))
        mask = ((rng.random(x.shape) < p) / p).astype(x.dtype)
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

    @mistake("What is kept is not scaled in training. Divide by p, so that the mean is what it was.")
    def never_scaled(x, dropout_param):
        return dropped(x, dropout_param, scale=lambda mask, p: mask)

    @mistake(
        "This is vanilla dropout: it scales by p at test time. Inverted dropout divides by p in training, and at test "
        "time it does nothing at all."
    )
    def vanilla(x, dropout_param):
        return dropped(x, dropout_param, scale=lambda mask, p: mask, at_test=lambda x, p: x * p)

    @mistake("You divide by p in training and scale at test time as well. Once is enough: in training.")
    def scaled_both_times(x, dropout_param):
        return dropped(x, dropout_param, at_test=lambda x, p: x * p)

    @mistake("Keep and drop are exchanged: p is the probability of keeping, so keep where the number drawn is below p.")
    def keep_and_drop_exchanged(x, dropout_param):
        return dropped(x, dropout_param, mask=lambda x, param: ~kept_with_probability(x, param))

    @mistake(
        "You take p for the probability of dropping: both the mask and its scale have 1 - p. It is that of keeping."
    )
    def p_drops(x, dropout_param):
        return dropped(
            x,
            dropout_param,
            mask=lambda x, param: ~kept_with_probability(x, param),
            scale=lambda mask, p: mask / np.float64(1 - p),
        )

    @mistake("The right share is kept, but it is divided by 1 - p. Divide by p, the share that is kept.")
    def divided_by_the_rest(x, dropout_param):
        return dropped(x, dropout_param, scale=lambda mask, p: mask / np.float64(1 - p))

    @mistake("What is kept is multiplied by p, and so is smaller still. Divide by p.")
    def multiplied_by_p(x, dropout_param):
        return dropped(x, dropout_param, scale=lambda mask, p: mask * p)

    @mistake("What is kept is divided by p twice: in the mask and again in the output.")
    def divided_twice(x, dropout_param):
        return dropped(x, dropout_param, scale=lambda mask, p: mask / p**2)

    @mistake("All examples have the same mask, a row as wide as one example. Draw one of the full shape of x.")
    def one_row_for_the_batch(x, dropout_param):
        return dropped(
            x,
            dropout_param,
            mask=lambda x, param: np.tile(kept_with_probability(x[:1], param), (len(x), *[1] * (x.ndim - 1))),
        )

    @mistake("The mask has one dimension, the last, and is repeated over all others. Draw one of the full shape of x.")
    def mask_of_one_dimension(x, dropout_param):
        def mask(x, param):
            row = kept_with_probability(x[(0,) * (x.ndim - 1)], param)
            return np.broadcast_to(row, x.shape)

        return dropped(x, dropout_param, mask=mask)

    @mistake("The mask is one row, as long as x has columns: all examples share it. Draw one of the full shape of x.")
    def as_long_as_a_row(x, dropout_param):
        def mask(x, param):
            return kept_with_probability(x[0] if x.ndim == 2 else x[0, :, 0, 0], param)

        return dropped(x, dropout_param, mask=mask)

    @mistake("Each example is kept or dropped as a whole. Draw a number for every one of its entries.")
    def whole_examples(x, dropout_param):
        def mask(x, param):
            chosen = kept_with_probability(x.reshape(len(x), -1)[:, 0], param)
            return np.broadcast_to(chosen.reshape(-1, *[1] * (x.ndim - 1)), x.shape)

        return dropped(x, dropout_param, mask=mask)

    @mistake("This takes a batch of rows only. x may have more dimensions: draw a mask of x.shape, whatever that is.")
    def two_dimensions_only(x, dropout_param):
        _n, _d = x.shape
        return dropped(x, dropout_param)

    @mistake("randn draws from the normal distribution; randn > 0.5 keeps 30.9%. Draw from the uniform one: rand < p.")
    def randn_above_p(x, dropout_param):
        def mask(x, param):
            return np.random.default_rng(param.get("seed")).standard_normal(x.shape) > param["p"]

        return dropped(x, dropout_param, mask=mask)

    @mistake("You draw from the normal distribution, of which more than p lies below p. Draw uniform numbers.")
    def randn_below_p(x, dropout_param):
        def mask(x, param):
            return np.random.default_rng(param.get("seed")).standard_normal(x.shape) < param["p"]

        return dropped(x, dropout_param, mask=mask)

    @mistake("Half are kept, whatever p is: compare the numbers drawn with p.")
    def always_half(x, dropout_param):
        return dropped(x, dropout_param, mask=lambda x, param: kept_with_probability(x, {**param, "p": 0.5}))

    @mistake("Every example keeps exactly as many entries. Each entry has a coin of its own, so the number varies.")
    def a_fixed_number(x, dropout_param):
        def mask(x, param):
            rng, width = np.random.default_rng(param.get("seed")), x[0].size
            row = np.arange(width) < round(param["p"] * width)
            return rng.permuted(np.tile(row, (len(x), 1)), axis=1).reshape(x.shape)

        return dropped(x, dropout_param, mask=mask)

    @mistake("Every call keeps exactly as many entries. Each has a coin of its own, so the number varies.")
    def a_fixed_number_of_all(x, dropout_param):
        def mask(x, param):
            rng = np.random.default_rng(param.get("seed"))
            return (rng.permutation(x.size) < round(param["p"] * x.size)).reshape(x.shape)

        return dropped(x, dropout_param, mask=mask)

    @mistake("One mask serves half of the batch and then the other half. Draw one of the full shape of x.")
    def half_of_the_batch_twice(x, dropout_param):
        def mask(x, param):
            half = kept_with_probability(x[: (len(x) + 1) // 2], param)
            return np.concatenate([half, half])[: len(x)]

        return dropped(x, dropout_param, mask=mask)

    @mistake("Nothing is ever dropped. In training drop each entry with probability 1 - p, and divide the others by p.")
    def never_drops(x, dropout_param):
        return x, None

    @mistake("Dropout is active at test time. There every unit speaks, and x comes back as it is.")
    def active_at_test(x, dropout_param):
        return dropped(x, {**dropout_param, "mode": "train"})

    @mistake("Train and test are exchanged: drop in training, and leave x alone at test time.")
    def modes_exchanged(x, dropout_param):
        return dropped(x, {**dropout_param, "mode": "test" if dropout_param["mode"] == "train" else "train"})

    @mistake("float32 goes in and float64 comes out: the mask is float64. Convert it to the dtype of x.")
    def float64_comes_out(x, dropout_param):
        out, mask = dropped(x, dropout_param)
        return (out.astype(np.float64), mask) if dropout_param["mode"] == "train" else (out, mask)

    @mistake(
        "The seed is not used, so two passes with one seed have two masks. Seed the generator that draws the mask."
    )
    def seed_ignored(x, dropout_param):
        return dropped(x, {key: value for key, value in dropout_param.items() if key != "seed"})

    @mistake("Every call draws the same mask: a generator is seeded although no seed is given.")
    def always_the_same(x, dropout_param):
        return dropped(x, {"seed": 0, **dropout_param})

    @mistake("Every call draws the same mask, because the seed is a constant and not the one that is given.")
    def fixed_seed(x, dropout_param):
        return dropped(x, {**dropout_param, "seed": 0})

    @mistake("Return two things, (out, cache): the backward pass needs the mask.")
    def no_cache(x, dropout_param):
        return dropped(x, dropout_param)[0]

    @mistake("You return the mask instead of x times the mask.")
    def mask_returned(x, dropout_param):
        out, mask = dropped(x, dropout_param)
        return (out, mask) if mask is None else (mask, mask)

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
