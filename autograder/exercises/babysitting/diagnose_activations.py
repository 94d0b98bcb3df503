"""What each layer's statistics say about the initialization."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.diagnosis import diagnosis_case
from gradlab import drivers, properties
from gradlab.practice import STATES, network


class DiagnoseActivations(Exercise):
    """Diagnose the initialization from each layer's statistics."""

    name, points = "diagnose_activations", 4
    done = "You can read from a table of statistics what an initialization does to a network, layer by layer."
    driver = drivers.for_each_array
    judge = properties.diagnoses_correctly

    def reference(statistics, activation):
        """Diagnose an initialization from layer statistics. At least nine in ten networks must get the right label.

        The inputs to the first layer have mean 0 and standard deviation 1. It's up to you to find out where to draw
        each line: the kinds are far apart.

        Parameters
        ----------
        statistics : ndarray (L, 4)
            One row per layer, from the input to the output: mean, std, saturated, and dead, as `activation_statistics`
            computes them from the activation's outputs, with a limit of 0.95.
        activation : str
            "tanh" or "relu".

        Returns
        -------
        str
            The first of these that holds for at least one layer:
            "dead units": most of its units are dead.
            "too small": its outputs have all but vanished.
            "too large": most of its outputs are saturated (tanh), or they are far larger than the inputs (ReLU, where
            `saturated` means nothing).
            "good": if none of these holds.

        References
        ----------
        Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010); He et
        al., "Delving deep into rectifiers" (2015), section 2.2.
        """
        _, std, saturated, dead = statistics.T
        if dead.max() > 0.5:
            return "dead units"
        if std.min() < 0.05:
            return "too small"
        too_large = saturated.max() > 0.5 if activation == "tanh" else std.max() > 20
        return "too large" if too_large else "good"

    def cases(rng):
        without_dead = ("too small", "too large", "good")
        for label, activation, layers, kinds in (
            ("tanh, five layers", "tanh", 5, without_dead),
            ("tanh, eight layers: too small or good?", "tanh", 8, ("too small", "good")),
            ("ReLU, five layers", "relu", 5, (*STATES, "good")),
            ("ReLU, six layers, some with dead units", "relu", 6, STATES),
            ("ReLU, five layers: dead units come first", "relu", 5, ("dead units", "too small", "too large")),
        ):
            make = network(activation, layers)
            given = {"allowed": STATES, "count": 36, "over": "statistics", "activation": activation}
            yield diagnosis_case(label, rng, make, kinds, **given)

    first_layer_only = mistake(
        "Is one bad layer enough for you, wherever it is? Some networks in which only a later layer is bad come out as "
        '"good". Check each layer, and let any single one decide.',
        {"statistics.T": "statistics[:1].T"},
    )
    last_layer_only = mistake(
        'Do you look at every layer? Some networks with one bad layer in the middle come out as "good". Check all of '
        "them, not just the last one or the two ends.",
        {"statistics.T": "statistics[-1:].T"},
    )
    large_before_dead = mistake(
        "Which answer counts if several hold? The first on the list, but some networks with dead units come out as "
        '"too large". Check for dead units first.',
        {
            'if dead.max() > 0.5:\n    return "dead units"': "",
            'return "too large" if too_large': (
                'if activation == "relu" and too_large:\n'
                '    return "too large"\n'
                "if dead.max() > 0.5:\n"
                '    return "dead units"\n'
                'return "too large" if too_large'
            ),
        },
    )
    small_before_dead = mistake(
        "Which answer counts if several hold? The first on the list, but some networks with dead units come out as "
        '"too small". Check for dead units first.',
        {
            'if dead.max() > 0.5:\n    return "dead units"': 'if std.min() < 0.05:\n    return "too small"',
            'if std.min() < 0.05:\n    return "too small"': 'if dead.max() > 0.5:\n    return "dead units"',
        },
    )
    layers_averaged = mistake(
        "Do you average over the layers? A single bad one hides among good ones, and the network comes out as "
        '"good". Look at the worst layer.',
        {"statistics.T": "statistics.mean(axis=0, keepdims=True).T"},
    )
    mean_for_std = mistake(
        'Can numbers of any size have a mean of 0? With tanh, good networks come out as "too small". Look at the '
        "standard deviation: the mean is always near 0 there.",
        {"_, std,": "mean, std,", "std.min()": "np.abs(mean).min()", "std.max()": "np.abs(mean).max()"},
    )
    small_and_large_exchanged = mistake(
        'Are two of your answers swapped? Networks that are too large come out as "too small". Check which comparison '
        "returns which answer.",
        {'"too small"': '"too large"', '"too large"': '"too small"'},
    )
    dead_ignored = mistake(
        'Do you look at the last column? Networks with dead units come out as "good". Check it first, as in the list.',
        {'if dead.max() > 0.5:\n    return "dead units"': ""},
    )
    one_is_enough = mistake(
        "How many dead units are too many? Good ReLU networks come out as having dead units, but a few are normal. "
        "More than half of a layer must be dead.",
        {"dead.max() > 0.5": "dead.max() > 0"},
    )
    # A limit of 1 or 1.5 for the standard deviation gives the same results.
    saturated_for_relu = mistake(
        'Which ReLU networks come out as "too large"? Good ones. `saturated` means nothing for ReLU: let only the '
        "standard deviation decide, and set its limit well above 1. In good networks, it can grow to several times the "
        "inputs'.",
        {'if activation == "tanh" else std.max() > 20': 'or activation == "relu" and std.max() > 20'},
    )
    large_only_at_the_ends = mistake(
        "Do you look at the standard deviation of every ReLU layer? Networks with a single huge one in the middle come "
        'out as "good". Check all layers, not just the first and the last.',
        {"std.max()": "std[[0, -1]].max()"},
    )
    std_for_tanh = mistake(
        "How large can the standard deviation be for tanh? At most 1, so it never shows that the weights are too "
        'large, and such networks come out as "good". Look at the saturated outputs.',
        {'saturated.max() > 0.5 if activation == "tanh" else ': ""},
    )
    small_ignored = mistake(
        'Do you find the networks that are "too small"? Some of them, or all, come out as "good". Look for a standard '
        "deviation close to 0 in every layer, not just the first and the last.",
        {'if std.min() < 0.05:\n    return "too small"': ""},
    )
    large_ignored = mistake(
        'Do you find the networks that are "too large"? Some of them, or all, come out as "good". Look for saturated '
        "layers with tanh, and for a huge standard deviation with ReLU, in every layer.",
        {'"too large" if too_large else ': ""},
    )
    rows_for_columns = mistake(
        "Is a layer a row or a column of the table? Some networks without dead units come out as having them. A row "
        "is a layer, and a column is a statistic.",
        {"statistics.T": "statistics[:4]"},
    )
    any_saturation = mistake(
        'How many saturated outputs are too many? Good tanh networks come out as "too large", but a few are normal. '
        "More than half of a layer must be saturated.",
        {"saturated.max() > 0.5": "saturated.max() > 0"},
    )

    @mistake(
        'Is there any network that you don\'t call "good"? Networks that are too large and networks with dead units '
        'all come out as "good".',
    )
    def always_good(statistics, activation):
        return "good"

    other_words = mistake(
        "Is every answer spelled exactly as in the list? At least one of yours is not on it. Copy the words from the "
        "list exactly: all lowercase, with spaces.",
        {
            '"dead units"': '"DEAD-UNITS"',
            '"too small"': '"TOO-SMALL"',
            '"too large"': '"TOO-LARGE"',
            '"good"': '"GOOD"',
        },
    )
    returns_a_number = mistake(
        "Is every answer a string? At least one of yours is not. Return one from the list, in quotes.",
        {'"dead units"': "2", '"too small"': "0", '"too large"': "1", '"good"': "3"},
    )

    @variant
    def layer_by_layer(statistics, activation):
        large = False
        if any(layer[3] > 0.6 for layer in statistics):
            return "dead units"
        for _, std, saturated, _ in statistics:
            if std < 0.04:
                return "too small"
            large = large or (saturated > 0.55 if activation == "tanh" else std > 15)
        return "too large" if large else "good"

    @variant
    def by_growth(statistics, activation):
        """Decide by each layer's standard deviation relative to the input's."""
        std = np.concatenate([[1.0], statistics[:, 1]])
        words = np.array(["good", "too small", "too large", "dead units"])
        if np.any(statistics[:, 3] > 0.45):
            return words[3]
        decades = np.log10(np.maximum(std, 1e-30))
        if decades.min() < -1.3:
            return words[1]
        if activation == "tanh":
            return words[2 * int(np.sort(statistics[:, 2])[-1] > 0.45)]
        return words[2 * int(decades.max() > 0.9)]
