"""What the statistics of each layer say about the initialization."""

import numpy as np

from autograder.exercise import Exercise, mistake, variant
from autograder.exercises.diagnosis import diagnosis_case
from gradlab import drivers, properties

STATES = ("too small", "too large", "dead units", "good")
EXAMPLES, UNITS = 40, 40
GOOD = {"tanh": (1.0, 1.4), "relu": (1.3, 1.5)}
SMALL, LARGE = (0.05, 0.35), (6.0, 15.0)


def network(activation, layers):
    """Return ``make(rng, kind, nth)``, which returns the statistics of a random network as in `measured`."""

    def make(rng, kind, nth):
        scale = np.full(layers, rng.uniform(*GOOD[activation]))
        place = rng.integers(1, layers - 1)
        if kind == "too small":
            scale[...] = rng.uniform(*SMALL)
            if nth % 2:  # in every other network, only one layer is wrong
                scale[...], scale[place] = rng.uniform(*GOOD[activation]), rng.uniform(0.005, 0.015)
        if kind == "too large":
            scale[...] = rng.uniform(*LARGE)
            if nth % 2:
                scale[...], scale[place] = rng.uniform(*GOOD[activation]), rng.uniform(30, 60)
        killed = (place, rng.uniform(0.75, 0.95)) if kind == "dead units" else None
        lifted = (place, rng.uniform(1.5, 2)) if kind == "good" and activation == "relu" and nth % 2 else None
        return measured(rng, activation, scale, killed, lifted)

    return make


def measured(rng, activation, scale, killed=None, lifted=None):
    """Return mean, std, saturated and dead of each layer (L, 4), for inputs with mean 0 and standard deviation 1.

    Parameters
    ----------
    scale : ndarray (L,)
        The standard deviation of each layer's weights, times the square root of the number of inputs.
    killed : tuple of (int, float) or None
        The index of a layer, and the fraction of its units whose bias is so negative that they never fire.
    lifted : tuple of (int, float) or None
        The index of a layer, and a positive bias for all its units, so that most outputs are above 1 but none is large.
    """
    x, rows = rng.standard_normal((EXAMPLES, UNITS)), []
    for layer, std in enumerate(scale):
        x = x @ (std / np.sqrt(UNITS) * rng.standard_normal((UNITS, UNITS)))
        if killed and killed[0] == layer:
            units = rng.permutation(UNITS)[: round(killed[1] * UNITS)]
            x[:, units] -= x[:, units].max(axis=0) + 0.1
        if lifted and lifted[0] == layer:
            x += lifted[1]
        x = np.tanh(x) if activation == "tanh" else np.maximum(x, 0)
        rows.append([x.mean(), x.std(), (np.abs(x) > 0.95).mean(), (x == 0).all(axis=0).mean()])
    return np.array(rows)


class DiagnoseActivations(Exercise):
    """Read the initialization off the statistics of each layer."""

    name, points = "diagnose_activations", 4
    driver = drivers.for_each_array
    judge = properties.diagnoses_correctly

    def reference(statistics, activation):
        """Say what the outputs of each layer show. Nine in ten networks must be named right.

        The inputs of the first layer have mean 0 and deviation 1. Layers are numbered from the input.

        Parameters
        ----------
        statistics : ndarray (L, 4)
            A row for each of L layers: mean, std, saturated and dead, as `activation_statistics` gives them for the
            outputs of the activation, with the limit 0.95.
        activation : str
            "tanh" or "relu".

        Returns
        -------
        str
            "dead units": in some layer more than half of the units are dead.
            "too small": else, in some layer the deviation is below 0.05: the numbers vanish.
            "too large": else, in some layer more than half of the outputs are saturated (tanh), or the deviation is
            above 10 (ReLU, for which saturated says nothing).
            "good": none of these.

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
        too_large = saturated.max() > 0.5 if activation == "tanh" else std.max() > 10
        return "too large" if too_large else "good"

    def cases(rng):
        without_dead = ("too small", "too large", "good")
        for label, activation, layers, kinds in (
            ("tanh, five layers", "tanh", 5, without_dead),
            ("tanh, eight layers", "tanh", 8, without_dead),
            ("ReLU, five layers", "relu", 5, without_dead),
            ("ReLU, six layers, some with dead units", "relu", 6, STATES),
        ):
            make = network(activation, layers)
            given = {"allowed": STATES, "count": 36, "over": "statistics", "activation": activation}
            yield diagnosis_case(label, rng, make, kinds, **given)

    first_layer_only = mistake(
        "Only the first layer is looked at. The trouble grows from layer to layer, or begins in a later one.",
        {"statistics.T": "statistics[:1].T"},
    )
    last_layer_only = mistake(
        "Only the last layer is looked at. One layer in the middle may be saturated, or have no unit alive.",
        {"statistics.T": "statistics[-1:].T"},
    )
    layers_averaged = mistake(
        "The layers are averaged, so a single bad one is hidden among good ones. Look at the worst.",
        {"statistics.T": "statistics.mean(axis=0, keepdims=True).T"},
    )
    mean_for_std = mistake(
        "The mean is looked at for the size of the numbers. Around 0 they may be large or small: look at std.",
        {"_, std,": "mean, std,", "std.min()": "np.abs(mean).min()", "std.max()": "np.abs(mean).max()"},
    )
    small_and_large_exchanged = mistake(
        "Too small and too large have changed places.", {'"too small"': '"too large"', '"too large"': '"too small"'}
    )
    dead_ignored = mistake(
        "Dead units are not looked at: layers after them get little or nothing, and pass as too small or good.",
        {'if dead.max() > 0.5:\n    return "dead units"': ""},
    )
    one_is_enough = mistake(
        "One dead unit is enough for the label here. A few are normal: more than half of a layer must be.",
        {"dead.max() > 0.5": "dead.max() > 0"},
    )
    saturated_for_relu = mistake(
        "Saturated says nothing for ReLU, whose outputs may well be above 0.95. There look at std.",
        {' if activation == "tanh" else std.max() > 10': ""},
    )
    std_for_tanh = mistake(
        "For tanh too large does not show in std, which never exceeds 1. Look at what is saturated.",
        {'saturated.max() > 0.5 if activation == "tanh" else ': ""},
    )
    small_ignored = mistake(
        "Too small is never said: look for layers whose std is next to nothing.",
        {'if std.min() < 0.05:\n    return "too small"': ""},
    )
    large_ignored = mistake(
        "Too large is never said: look for saturated layers with tanh, and for a huge std with ReLU.",
        {'"too large" if too_large else ': ""},
    )
    rows_for_columns = mistake(
        "The table is read by columns where rows are meant: a row is a layer, a column a statistic.",
        {"statistics.T": "statistics[:4]"},
    )

    @mistake("Every network is called good.")
    def always_good(statistics, activation):
        return "good"

    other_words = mistake(
        "The words differ from those of the list. Return one of them exactly as it is written.",
        {
            '"dead units"': '"DEAD-UNITS"',
            '"too small"': '"TOO-SMALL"',
            '"too large"': '"TOO-LARGE"',
            '"good"': '"GOOD"',
        },
    )
    returns_a_number = mistake(
        "What comes back is no word. Return one of the list, in quotes as it is written; printing it is not enough.",
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
        """Decide by the standard deviation of each layer relative to that of the input."""
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
