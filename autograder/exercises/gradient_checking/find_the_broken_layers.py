"""Ten layers, each checked by itself, some of which have a wrong backward pass."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import away_from_zero, shuffled
from gradlab import drivers

LAYERS = 10
NOISE = 1e-9  # the rounding error in a numerical gradient, relative to its largest entry
BATCH, UNITS = 4, 5


def affine(rng, scale=1.0, inputs=UNITS, units=UNITS):
    """The gradients of a correct affine layer with respect to its input x, its weights w, and its bias b."""
    x, w = away_from_zero(rng, BATCH, inputs), away_from_zero(rng, inputs, units)
    dout = scale * away_from_zero(rng, BATCH, units)
    return {"x": dout @ w.T, "w": x.T @ dout, "b": dout.sum(axis=0)}


def relu(rng):
    """The gradient of a correct ReLU with respect to its input x; three in five units are off."""
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
    """Analytic gradients, with the one for `kind` off by a factor, and the correct numerical gradients."""
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


def some_off(rng, count, factors=(-1.0, 0.5, 2.0)):
    """An affine layer's gradients, in which `count` of the 20 entries for its input are off by one of the factors."""
    layer = affine(rng)
    numeric, rows = measured(rng, layer), rng.permutation(BATCH * UNITS)[:count]
    layer["x"].flat[rows] *= rng.choice(factors)
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
    """Several networks as the driver's two arguments."""
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
    """Read every layer's check without being misled."""

    name, points = "find_the_broken_layers", 3
    done = "You can find a network's broken layers from their gradients without accusing the healthy ones."
    driver = drivers.list_broken_layers

    def reference(analytic, numeric):
        """Which of ten layers have a wrong backward pass?

        Each layer was checked on its own, as with `eval_numerical_gradient_array`, so a broken layer does not spoil the
        others. A layer is broken if, in any of its arrays, the relative error
        |a - n| / max(1e-8, |a| + |n|) is above 1e-4 in more than a fifth of the entries. Fewer prove nothing: a correct
        ReLU has such entries, too, where a step crossed its kink.

        Parameters
        ----------
        analytic, numeric : list of dict of str to ndarray
            For each layer, the gradients with respect to its input "x" and, if it has parameters, its weights "w" and
            its bias "b". Both lists have the same layers and names. Gradients may be exactly zero in both.

        Returns
        -------
        list of int
            The indices of the broken layers, counted from 0, in any order; empty if none is broken. It does no harm
            to list one twice.
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
            "layers whose gradients are all zero",
            **given(network(rng, dead(rng), dead(rng), wrong("x")), network(rng, dead(rng))),
        )
        yield Case(
            "crossed kinks",
            weight=1.5,
            **given(
                network(rng, kink_crossed(rng), kink_crossed(rng), wrong("w"), wrong("b")),
                network(rng, kink_crossed(rng), mask_missing(rng)),
            ),
        )
        yield Case(
            "small gradients",
            weight=1.5,
            **given(
                network(rng, wrong("w", scale=1e-6), wrong("b", scale=1e-6), right(rng, affine(rng, 1e-6))),
                network(rng, right(rng, affine(rng, 1e-5)), wrong("x", 0.99, scale=1e-6)),
            ),
        )
        yield Case(
            "fractions near a fifth, and errors near the limit",
            weight=2.0,
            **given(
                network(rng, some_off(rng, 4), some_off(rng, 5), coarse(rng), some_off(rng, 6, [0.9995])),
                network(rng, some_off(rng, 4), coarse(rng), wrong("w", 0.9994), some_off(rng, 8)),
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
        "Which gradients do you compare in a layer? Only those of its weights count in your answer. A layer also has "
        "gradients with respect to its bias and its input.",
        {"if ": 'if name == "w" and '},
    )
    biases_passed_over = mistake(
        'Which gradients do you compare in a layer? A wrong bias goes unnoticed. Compare "b" by itself, and judge it '
        "by the fraction of its entries that are off, not by their number.",
        {"if ": 'if name != "b" and '},
    )
    inputs_only = mistake(
        "Which gradients do you compare in a layer? Only the one with respect to its input counts in your answer. A "
        "layer may also have gradients with respect to its weights and its bias.",
        {"if ": 'if name == "x" and '},
    )
    inputs_passed_over = mistake(
        "Which gradients do you compare in a layer? A wrong gradient with respect to the input goes unnoticed, and "
        'every layer below depends on it. Compare "x", too.',
        {"if ": 'if name != "x" and '},
    )
    in_one_row = mistake(
        "Do you look at each array by itself? If you join a layer's arrays into one, a wrong bias is lost among the "
        "many weights. Count the wrong entries of each array separately.",
        {
            "layer.items()": '{"all": np.concatenate([value.ravel() for value in layer.values()])}.items()',
            "numeric[i][name]": "np.concatenate([value.ravel() for value in numeric[i].values()])",
        },
    )
    zero_by_zero_is_wrong = mistake(
        "What is 0 / 0? NaN, and you count such entries as wrong. Where both gradients are zero, they agree.",
        {"np.maximum(1e-8, size)": "size", "error > 1e-4": "~(error <= 1e-4)"},
    )
    a_single_entry = mistake(
        "How many wrong entries make a layer broken? In your code, a few are enough, or even one, but a step "
        "across a ReLU's kink can cause those. Ask for more than a fifth.",
        {"0.2": "0.0"},
    )
    exactly_a_fifth = mistake(
        "What if exactly a fifth of the entries are off? You call the layer broken then. It takes more than a fifth: "
        "use >, not >=.",
        {"> 0.2": ">= 0.2"},
    )
    absolute_errors = mistake(
        "Are your errors relative? An error of 1e-6 is a lot for a gradient of 1e-6. Divide by |a| + |n|.",
        {" / np.maximum(1e-8, size)": ""},
    )
    lengths_compared = mistake(
        "Do you compare entry by entry? You compare the gradients' norms, and flipping signs leaves a norm unchanged.",
        {"n = numeric[i][name]": "a, n = np.linalg.norm(a), np.linalg.norm(numeric[i][name])"},
    )
    too_generous = mistake(
        "How large an error is too large? With a limit of 1e-2, a gradient that is off by one percent passes. Each "
        "layer was checked by itself, so the limit can be 1e-4.",
        {"1e-4": "1e-2"},
    )
    nearly_all_entries = mistake(
        "How many wrong entries make a layer broken? You ask for most of them, and a ReLU without its mask is wrong "
        "only where units are off. Ask for more than a fifth.",
        {"0.2": "0.8"},
    )
    half_of_the_entries = mistake(
        "How many wrong entries make a layer broken? You ask for half of them. More than a fifth is enough.",
        {"0.2": "0.5"},
    )
    too_strict = mistake(
        "How large an error is too large? You object to errors of 1e-5, but numerical gradients have some rounding. "
        "The limit is 1e-4.",
        {"1e-4": "1e-5"},
    )
    mean_error = mistake(
        "Do you count entries or average their errors? An average can be large because of one bad entry, or small "
        "although many are off. Count the entries above 1e-4.",
        {"np.mean(error > 1e-4) > 0.2": "np.mean(error) > 1e-4"},
    )
    counted_from_one = mistake(
        "Where do you start counting? Your indices are all one too high. The first layer is number 0.",
        {"append(i)": "append(i + 1)"},
    )
    first_one_only = mistake(
        "Can more than one layer be broken? Yes, but you stop at the first one.", {"return found": "return found[:1]"}
    )
    the_right_ones = mistake(
        "Which layers should you list? You list the correct ones. List the broken ones.",
        {"return found": "return [i for i in range(len(analytic)) if i not in found]"},
    )
    truth_values = mistake(
        "What does your list hold? The answer is a list of indices, such as [2, 7], but yours has only zeros and ones, "
        "or False and True.",
        {"return found": "return [i in found for i in range(len(analytic))]"},
    )

    @mistake("You find no broken layer in any of these networks, but most of them have one or more.")
    def none_found(analytic, numeric):
        return []

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
