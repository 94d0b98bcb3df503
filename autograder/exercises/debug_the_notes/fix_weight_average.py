"""An exponential average of weights, described as backups that average nothing."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import uniform
from gradlab import drivers


class FixWeightAverage(Exercise):
    """One set of notes says: back up the weights whenever the loss falls exponentially."""

    name, points = "fix_weight_average", 2
    done = "You have a weighted average of a network's weights that is right even after a short run."
    driver = drivers.call

    def reference(weights, losses, decay):
        """The exponentially weighted average of a network's weights over a run.

        The weights after the last step count most, those one step earlier `decay` times as much, those two steps
        earlier `decay` squared times as much, and so on. It's an average: weights that never change come out as they
        are, even after a short run.

        Parameters
        ----------
        weights : ndarray (T, ...)
            The weights after each of T >= 2 steps.
        losses : ndarray (T,)
            The loss after each step.
        decay : float
            Between 0 and 1.

        Returns
        -------
        ndarray (...)

        References
        ----------
        Polyak & Juditsky, "Acceleration of stochastic approximation by averaging" (1992), for the idea; Kingma & Ba,
        "Adam" (2015), section 7.2, for the exponential form.
        """
        average = np.zeros_like(weights[0])
        for w in weights:
            average = decay * average + (1 - decay) * w
        return average / (1 - decay ** len(weights))

    def cases(rng):
        def given(steps, *shape, **settings):
            walk = rng.uniform(2, 5, shape) + 0.4 * rng.normal(size=(steps, *shape))
            # The loss falls steeply, then so slowly that it never again falls by a sizable fraction.
            losses = np.maximum(3 * 0.5 ** np.arange(steps), 0.01)
            losses = losses * (1 - 1e-4 * np.arange(steps)) * rng.uniform(1, 2)
            return {"weights": walk, "losses": losses, "decay": uniform(rng, 0.85, 0.95), **settings}

        yield Case("a long run", **given(60, 3))
        yield Case("two steps", **given(2, 4))
        yield Case("weights in a matrix, a different decay", **given(9, 2, 3, decay=uniform(rng, 0.4, 0.6)))
        yield Case("a long memory", **given(20, 2, 2, decay=uniform(rng, 0.98, 0.99)))

    @mistake(
        "How many steps go into your weights? Just one: as in the printed code, they're a backup. In an exponential "
        "average, it isn't the loss that falls off exponentially, but how much each step counts."
    )
    def as_printed(weights, losses, decay):
        backup, lowest = weights[0], losses[0]
        for w, loss in zip(weights, losses, strict=True):
            if loss < decay * lowest:
                backup, lowest = w, loss
        return backup

    sum_not_average = mistake(
        "If the weights never change, do they come out as they are? Yours come out larger, because the coefficients "
        "add up to more than 1. Divide by their sum.",
        {"(1 - decay) * w": "w", " / (1 - decay ** len(weights))": ""},
    )
    not_normalized = mistake(
        "If the weights never change, do they come out as they are? Yours come out smaller: the average starts at "
        "zero and is still on its way. Divide by the coefficients' sum so far.",
        {" / (1 - decay ** len(weights))": ""},
    )
    from_the_first_weights = mistake(
        "How much do the first weights count? They should count `decay` times as much as the second ones. In your "
        "code, they count more, because your average starts at them: start at zero, and divide by the sum of the "
        "coefficients.",
        {
            "np.zeros_like(weights[0])": "weights[0]",
            "in weights": "in weights[1:]",
            " / (1 - decay ** len(weights))": "",
        },
    )

    @mistake(
        "Do all steps count the same? In your code, they do, but each one should count `decay` times as much as the "
        "one after it."
    )
    def plain_mean(weights, losses, decay):
        return weights.mean(axis=0)

    oldest_first = mistake(
        "Which step counts most? In your code, it's the first one, but it should be the last.",
        {"in weights": "in weights[::-1]"},
    )
    decay_exchanged = mistake(
        "What fraction of the old average do you keep? It should be `decay`, but you keep 1 - decay.",
        {"average = np": "decay = 1 - decay\naverage = np"},
    )

    @mistake(
        "How many steps go into your weights? Just one: the last, which is also the one with the lowest loss. That's "
        "a good checkpoint, but not an average."
    )
    def lowest_loss(weights, losses, decay):
        return weights[losses.argmin()]

    one_too_few = mistake(
        "What do the coefficients add up to after one step? To 1 - decay. You count one step too few.",
        {"decay ** len(weights)": "decay ** (len(weights) - 1)"},
    )
    one_too_many = mistake(
        "What do the coefficients add up to after one step? To 1 - decay. You count one step too many.",
        {"decay ** len(weights)": "decay ** (len(weights) + 1)"},
    )
    decay_hard_coded = mistake(
        "What happens when the decay isn't 0.9? Nothing changes: it's always taken to be 0.9. Use the argument.",
        {"average = np": "decay = 0.9\naverage = np"},
    )

    @variant
    def by_shares(weights, losses, decay):
        shares = decay ** np.arange(len(weights))[::-1]
        return np.tensordot(shares / shares.sum(), weights, axes=1)

    @variant
    def ready_made(weights, losses, decay):
        return np.average(weights, axis=0, weights=decay ** -np.arange(len(weights), dtype=float))
