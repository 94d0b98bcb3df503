"""Whether there is a kink between two points: whether the winner of any max changes."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from gradlab import drivers


def near(rng):
    """A distance well below a step of 1e-5."""
    return rng.uniform(1e-6, 4e-6)


def steady(rng, shape, k, floored):
    """The k arguments of each max, the largest of which leads by 0.1 or more; if `floored`, k is 2 and one is 0."""
    if floored:
        z = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.1, 1.0, shape)
        return np.stack([np.zeros(shape), z], axis=-1)
    apart = rng.permuted(np.broadcast_to(0.3 * np.arange(k), (*shape, k)), axis=-1)
    return apart + rng.uniform(0, 0.2, (*shape, k)) + rng.uniform(-1, 0, (*shape, 1))


def overtake(rng, plus, minus, at, floored, sign):
    """Make one argument cross the leader between the two sides, upward or downward."""
    leader = 0 if floored else int(plus[at].argmax())
    other = int(rng.choice([i for i in range(plus.shape[-1]) if i != leader]))
    level = plus[at][leader] = minus[at][leader] = 0.0 if floored else plus[at][leader]
    plus[at][other], minus[at][other] = level + sign * near(rng), level - sign * near(rng)


def crossed(rng, plus, minus, floored):
    """Change the winner of one max."""
    overtake(rng, plus, minus, place(rng, plus), floored, rng.choice([-1, 1]))


def all_crossed(rng, plus, minus, floored):
    """Change the winner of every max."""
    for at in np.ndindex(plus.shape[:-1]):
        overtake(rng, plus, minus, at, floored, rng.choice([-1, 1]))


def exchanged(rng, plus, minus, floored):
    """Switch one unit on and another off."""
    first, second = two_places(rng, plus)
    overtake(rng, plus, minus, first, floored, 1)
    overtake(rng, plus, minus, second, floored, -1)


def sign_changed(rng, plus, minus, floored):
    """Move all arguments of one max together, so that the largest passes through zero but stays the winner."""
    at = place(rng, plus)
    middle = plus[at] - plus[at].max()
    sign = rng.choice([-1, 1])
    plus[at], minus[at] = middle + sign * near(rng), middle - sign * near(rng)


def loser_changed(rng, plus, minus, floored):
    """Move an argument that is not the largest through zero."""
    at = place(rng, plus)
    leader = int(plus[at].argmax())
    loser = int(rng.choice([i for i in range(plus.shape[-1]) if i != leader]))
    sign = rng.choice([-1, 1])
    plus[at][leader] = minus[at][leader] = 1.0
    plus[at][loser], minus[at][loser] = sign * near(rng), -sign * near(rng)


def lead_changed(rng, plus, minus, floored):
    """Move the largest value overall to another max, while the winner of each max stays."""
    ahead = 1 if floored else 0
    first, second = two_places(rng, plus)
    for at in (first, second):
        plus[at][ahead] = minus[at][ahead] = 5.0
    plus[first][ahead] += near(rng)
    minus[second][ahead] += near(rng)


def place(rng, values):
    return tuple(int(rng.integers(n)) for n in values.shape[:-1])


def two_places(rng, values):
    shape = values.shape[:-1]
    return [tuple(map(int, np.unravel_index(i, shape))) for i in rng.choice(np.prod(shape), size=2, replace=False)]


def points(rng, layers, events):
    """Pairs of points in random order: one pair for each event, and two without any. All other values move a little.

    Parameters
    ----------
    layers : dict of str to tuple
        Keyed by the layer's name: its shape, the number of arguments per max, and `floored`, as in `steady`.
    events : list of tuple
        The name of a layer, and the function that makes the event happen there.
    """
    sides = {side: {name: [] for name in layers} for side in ("plus", "minus")}
    for where, event in rng.permutation(np.array([*events, ("", None), ("", None)], dtype=object)):
        for name, (shape, k, floored) in layers.items():
            middle = steady(rng, shape, k, floored)
            move = 1e-5 * rng.uniform(-1, 1, middle.shape) * (middle != 0)
            plus, minus = middle + move, middle - move
            if name == where:
                event(rng, plus, minus, floored)
            sides["plus"][name].append(plus)
            sides["minus"][name].append(minus)
    return {side: {name: np.stack(values) for name, values in layer.items()} for side, layer in sides.items()}


class CrossedKink(Exercise):
    """ReLU, hinge, maxout, max-pooling: each is a max, and a kink is where its winner changes."""

    name, points = "crossed_kink", 2
    done = "You can tell when a gradient check stepped across a kink, so a large error there is no cause for alarm."
    driver = drivers.compare_max_winners

    def reference(plus, minus):
        """Whether there is a kink between x - h and x + h, so that the winner of some max differs on the two sides.

        The winner of a max is the index of its largest argument. ReLU is the max of 0 and z, and a hinge is the max of
        0 and a margin. Maxout and max-pooling have more arguments, and 0 need not be one of them.

        Parameters
        ----------
        plus, minus : dict of str to ndarray (..., K)
            For each layer with maxes, by name: the K arguments of each max, along the last axis, at x + h and at x - h.
            There are no ties.

        Returns
        -------
        bool
        """
        changed = []
        for name in plus:
            above, below = (side[name].argmax(axis=-1) for side in (plus, minus))
            changed.append((above != below).any())
        return any(changed)

    def cases(rng):
        relu, hinge = ((3, 4), 2, True), ((2, 4), 2, True)
        pool, maxout = ((2, 2, 2), 4, False), ((2, 3), 3, False)
        for label, layers in (
            ("ReLU", {"relu": relu}),
            ("maxout with three pieces", {"maxout": maxout}),
            ("max-pooling over windows of four", {"pool": pool}),
            ("two layers, with a kink in either", {"relu": relu, "pool": pool}),
            ("ReLU with a hinge loss on top", {"relu": relu, "hinge": hinge}),
        ):
            events = []
            for name, (*_, floored) in layers.items():
                kinds = (exchanged,) if floored else (sign_changed, loser_changed)
                events += [(name, kind) for kind in (crossed, all_crossed, lead_changed, *kinds)]
            # Looking at only one layer must not earn more than half of the points.
            yield Case(label, weight=1.5 if len(layers) > 1 else 1.0, **points(rng, layers, events))

    values_compared = mistake(
        "Is your answer True every time? If you compare the largest values, they move with every step, kink or no "
        "kink. Compare which argument is the largest.",
        {".argmax(": ".max("},
    )
    signs_compared = mistake(
        "Is 0 always in the running? It is in ReLU, so signs work there, but not in maxout and max-pooling. Compare "
        "the winners, not the signs of the arguments.",
        {"side[name].argmax(axis=-1)": "np.sign(side[name])"},
    )
    signs_of_the_largest = mistake(
        "Can the winner change while the largest value stays positive? Yes. Compare which argument wins, not the sign "
        "of the largest value.",
        {".argmax(axis=-1)": ".max(axis=-1) > 0"},
    )
    last_argument_only = mistake(
        "Do you look at all the arguments of a max? Your answer depends only on the sign of the last one, which is "
        "enough for ReLU and hinges, where the other one is 0. Elsewhere, compare which argument is the largest.",
        {"side[name].argmax(axis=-1)": "side[name][..., -1] > 0"},
    )
    smallest_compared = mistake(
        "Which argument wins a max? The largest one; you look at the smallest. With two arguments that makes no "
        "difference, but with more it does.",
        {".argmax(": ".argmin("},
    )
    first_layer_only = mistake(
        "Which layers do you look at? Only the first one counts in your answer, but a kink may lie in any of them.",
        {"in plus:": "in list(plus)[:1]:"},
    )
    last_layer_only = mistake(
        "Which layers do you look at? Only the last one counts in your answer. If you go through them in a loop, "
        "remember what you found before.",
        {"in plus:": "in list(plus)[-1:]:"},
    )
    all_for_any = mistake(
        "How many of a layer's winners must change? One is enough; you ask whether all have changed. Use `any`.",
        {"below).any()": "below).all()"},
    )
    in_every_layer = mistake(
        "Must a kink be crossed in every layer? No, one layer is enough. Use `any` over the layers.",
        {"any(changed)": "all(changed)"},
    )
    argmax_of_everything = mistake(
        "Along which axis do you take argmax? Without an axis, it finds the largest number in the whole array. Take it "
        "along the last axis.",
        {"(axis=-1)": "()"},
    )
    argmax_along_the_first_axis = mistake(
        "Along which axis do you take argmax? The arguments of each max are along the last one, `axis=-1`, and not the "
        "first.",
        {"axis=-1": "axis=0"},
    )
    turned_round = mistake(
        "What does True mean? That a kink was crossed. Your answers are the other way around.",
        {"return ": "return not "},
    )
    winners_counted = mistake(
        "What if one unit switches on and another off? Their changes cancel in your sum. Compare the winners one max "
        "at a time.",
        {"(axis=-1)": "(axis=-1).sum()"},
    )
    counted = mistake(
        "Do you return a number? You count the winners that changed. The answer should be True or False.",
        {"below).any()": "below).sum()", "any(changed)": "int(sum(changed))"},
    )

    @mistake("Your answer is False every time, so no kink is ever found. Compare the winners on the two sides.")
    def never_crossed(plus, minus):
        return False

    second_axis = mistake(
        "Along which axis are the arguments of one max? Along the last one, but you compare winners along axis 1. Use "
        "`axis=-1`.",
        {"axis=-1": "axis=1"},
    )

    by_masks = variant({"side[name].argmax(axis=-1)": "side[name] == side[name].max(axis=-1, keepdims=True)"})

    @variant
    def in_loops(plus, minus):
        for name, above in plus.items():
            for place in np.ndindex(above.shape[:-1]):
                if list(above[place]).index(max(above[place])) != int(np.argmax(minus[name][place])):
                    return np.bool_(True)
        return np.bool_(False)

    by_sorting = variant({"side[name].argmax(axis=-1)": "np.argsort(side[name], axis=-1)[..., -1]"})
