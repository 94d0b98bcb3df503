"""Ten layers, each checked by itself, some of which have a wrong backward pass."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero, shuffled
from gradlab import drivers

LAYERS = 10
NOISE = 1e-9  # the rounding error in a numerical gradient, relative to its largest entry
BATCH, UNITS = 4, 5


def affine(rng, scale=1.0, inputs=UNITS, units=UNITS):
    """The gradients of a correct affine layer: in its input x, its weights w and its bias b."""
    x, w = away_from_zero(rng, BATCH, inputs), away_from_zero(rng, inputs, units)
    dout = scale * away_from_zero(rng, BATCH, units)
    return {"x": dout @ w.T, "w": x.T @ dout, "b": dout.sum(axis=0)}


def relu(rng):
    """The gradient of a correct ReLU in its input x; three in five units are off."""
    on = rng.permuted(np.broadcast_to(np.arange(UNITS) < 2, (BATCH, UNITS)), axis=1)
    return {"x": away_from_zero(rng, BATCH, UNITS) * on}


def measured(rng, gradients):
    """The gradients from centered differences: zeros are exact, and other entries have rounding errors."""
    return {
        name: value + NOISE * np.abs(value).max(initial=0) * rng.uniform(-1, 1, value.shape) * (value != 0)
        for name, value in gradients.items()
    }


def right(rng, layer):
    numeric = measured(rng, layer)
    return layer, numeric


def spoiled(rng, layer, kind, factor):
    """Analytic gradients, in which that of `kind` is off by a factor, and the correct numerical gradients."""
    numeric = measured(rng, layer)
    return layer | {kind: factor * layer[kind]}, numeric


def mask_missing(rng):
    """A ReLU whose backward pass lets every gradient through."""
    layer = relu(rng)
    analytic = np.where(layer["x"] == 0, away_from_zero(rng, BATCH, UNITS), layer["x"])
    return {"x": analytic}, measured(rng, layer)


def kink_crossed(rng):
    """A correct ReLU; at one entry, the numerical gradient lies between the slopes on both sides of a kink."""
    layer = relu(rng)
    numeric, at = measured(rng, layer), tuple(rng.integers((BATCH, UNITS)))
    numeric["x"][at] = away_from_zero(rng) * rng.uniform(0.2, 0.8) if layer["x"][at] == 0 else 0.4 * layer["x"][at]
    return layer, numeric


def some_off(rng, count):
    """An affine layer's gradients, in which `count` of the 20 entries for its input are wrong."""
    layer = affine(rng)
    numeric, rows = measured(rng, layer), rng.permutation(BATCH * UNITS)[:count]
    layer["x"].flat[rows] *= rng.choice([-1.0, 0.5, 2.0])
    return layer, numeric


def coarse(rng):
    """A correct layer whose numerical gradients are accurate to about four and a half digits."""
    layer = affine(rng)
    return layer, {name: value * (1 + 3e-5 * away_from_zero(rng, *value.shape)) for name, value in layer.items()}


def dead(rng):
    """An affine layer below dead units: all its gradients are exactly zero."""
    layer = {name: np.zeros_like(value) for name, value in affine(rng).items()}
    return layer, {name: value.copy() for name, value in layer.items()}


def network(rng, *broken):
    """Ten layers in random order: the given broken layers and traps, and correct layers for the rest."""
    correct = (right(rng, affine(rng) if i % 2 else relu(rng)) for i in range(LAYERS - len(broken)))
    return shuffled(rng, *broken, *correct)


def given(*networks):
    """Several networks as the two arguments of the driver."""
    sides = {}
    for side, title in enumerate(("analytic", "numeric")):
        sides[title] = {
            f"{number} {layer} {name}": value
            for number, pairs in enumerate(networks)
            for layer, pair in enumerate(pairs)
            for name, value in pair[side].items()
        }
    return sides


class FindTheBrokenLayers(Exercise):
    """What a check of every layer shows, and what should not mislead you."""

    name, points = "find_the_broken_layers", 3
    driver = drivers.list_broken_layers

    def reference(analytic, numeric):
        """Which of ten layers have a wrong backward pass.

        Each layer was checked alone, with a gradient from above as `eval_numerical_gradient_array` takes it, so a
        wrong layer does not spoil the others. A layer is broken if any of its arrays is: if the relative error
        |a - n| / max(1e-8, |a| + |n|) is above 1e-4 in more than one entry out of five. Fewer are no proof: ReLU,
        whose steps may cross a kink, has such entries though it is right.

        Parameters
        ----------
        analytic, numeric : list of dict of str to ndarray
            For each layer the gradients in its input "x" and, if it has parameters, in its weights "w" and its bias
            "b". In both lists layers and names are the same. Gradients may be exactly zero in both.

        Returns
        -------
        list of int
            The indices of the broken layers, counted from 0, in any order; empty if there are none.
        """
        found = []
        for i, layer in enumerate(analytic):
            for name, a in layer.items():
                n = numeric[i][name]
                size = np.abs(a) + np.abs(n)
                error = np.abs(a - n) / np.maximum(1e-8, size)
                if np.mean(error > 1e-4) > 0.2:
                    found.append(i)
                    break
        return found

    def cases(rng):
        def wrong(kind, factor=None, **layer):
            factor = rng.choice([-1.0, 0.0, 0.5, 2.0]) if factor is None else factor
            return spoiled(rng, affine(rng, **layer), kind, factor)

        yield Case(
            "wrong weights, a wrong input, a missing mask",
            **given(
                network(rng, wrong("w", 0.99), wrong("x", inputs=2, units=12), mask_missing(rng)),
                network(rng, wrong("w"), wrong("x", -1.0)),
            ),
        )
        yield Case(
            "wrong biases only",
            **given(network(rng, wrong("b"), wrong("b")), network(rng), network(rng, wrong("b"))),
        )
        yield Case(
            "gradients that are zero in both",
            **given(network(rng, dead(rng), dead(rng), wrong("x")), network(rng, dead(rng))),
        )
        yield Case(
            "kinks that were crossed",
            **given(
                network(rng, kink_crossed(rng), kink_crossed(rng), wrong("w")),
                network(rng, kink_crossed(rng), mask_missing(rng)),
            ),
        )
        yield Case(
            "small gradients",
            **given(
                network(rng, wrong("w", scale=1e-6), wrong("b", scale=1e-6), right(rng, affine(rng, 1e-6))),
                network(rng, right(rng, affine(rng, 1e-5)), wrong("x", 0.99, scale=1e-6)),
            ),
        )
        yield Case(
            "a few entries too few, a few enough, and errors near the limit",
            **given(
                network(rng, some_off(rng, 3), some_off(rng, 5), coarse(rng)),
                network(rng, some_off(rng, 3), coarse(rng), wrong("w", 0.9994), some_off(rng, 8)),
            ),
        )
        yield Case(
            "everything at once",
            **given(
                network(rng, kink_crossed(rng), dead(rng), wrong("b"), wrong("w", scale=1e-6), mask_missing(rng)),
                network(rng, kink_crossed(rng), dead(rng), right(rng, affine(rng, 1e-6))),
                network(rng, wrong("b"), wrong("x"), wrong("w"), mask_missing(rng), wrong("b", scale=1e-6)),
            ),
        )

    weights_only = mistake(
        "Only the weights are compared. A layer also has the gradients of its bias and of its input.",
        {"if ": 'if name == "w" and '},
    )
    biases_passed_over = mistake(
        "The bias is passed over: its few entries need a check of their own.", {"if ": 'if name != "b" and '}
    )
    inputs_passed_over = mistake(
        "The gradient in the layer's input is passed over, though the layers below live on it.",
        {"if ": 'if name != "x" and '},
    )
    in_one_row = mistake(
        "A layer's arrays are put into one row, in which a wrong bias drowns. Look at each array alone.",
        {
            "layer.items()": '{"all": np.concatenate([value.ravel() for value in layer.values()])}.items()',
            "numeric[i][name]": "np.concatenate([value.ravel() for value in numeric[i].values()])",
        },
    )
    zero_by_zero_is_wrong = mistake(
        "Zero by zero is NaN, which you count as wrong. Where both are zero they agree.",
        {"np.maximum(1e-8, size)": "size", "error > 1e-4": "~(error <= 1e-4)"},
    )
    a_single_entry = mistake(
        "A single entry is enough for you. One that crossed a kink is no proof: count how many are off.", {"0.2": "0.0"}
    )
    absolute_errors = mistake(
        "You go by absolute errors, and small gradients are never wrong. Divide by their size.",
        {" / np.maximum(1e-8, size)": ""},
    )
    lengths_compared = mistake(
        "You compare the lengths of the gradients. A turned sign leaves the length as it is: compare entries.",
        {"n = numeric[i][name]": "a, n = np.linalg.norm(a), np.linalg.norm(numeric[i][name])"},
    )
    too_generous = mistake(
        "A limit of 1e-2 lets a gradient that is one percent off pass. Each layer is alone here: take 1e-4.",
        {"1e-4": "1e-2"},
    )
    nearly_all_entries = mistake(
        "Most entries must be wrong for you. A ReLU without its mask is wrong where units are off: ask for a fifth.",
        {"0.2": "0.8"},
    )
    half_of_the_entries = mistake(
        "Half of the entries, or more, must be wrong for you. More than a fifth is enough.", {"0.2": "0.5"}
    )
    too_strict = mistake(
        "An error of 1e-5 is too much for you. Differences leave some rounding: the limit is 1e-4.", {"1e-4": "1e-5"}
    )
    counted_from_one = mistake("Layers are counted from 0.", {"append(i)": "append(i + 1)"})
    first_one_only = mistake(
        "You stop at the first broken layer. There may be more.", {"return found": "return found[:1]"}
    )
    the_right_ones = mistake(
        "You name the layers that are right. Asked are the broken ones.",
        {"return found": "return [i for i in range(len(analytic)) if i not in found]"},
    )
    truth_values = mistake(
        "The answer is a list of True and False. Asked are the indices.",
        {"return found": "return [i in found for i in range(len(analytic))]"},
    )

    @variant
    def with_sets(analytic, numeric):
        found = set()
        for i in range(len(analytic)):
            for name, a in analytic[i].items():
                n = numeric[i][name]
                size = np.abs(a) + np.abs(n)
                off = (np.abs(a - n) > 1e-4 * np.maximum(size, 1e-8)).sum()
                if off > a.size // 5:
                    found.add(i)
        return found

    as_an_array = variant(
        {
            "np.mean(error > 1e-4) > 0.2": "np.quantile(error, 0.75) > 1e-4",
            "return found": "return np.array(found, dtype=int)",
        }
    )
