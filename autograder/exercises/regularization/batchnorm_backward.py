"""Batch normalization, backward: the gradient also passes through the mean and the variance."""

import numpy as np

from autograder.exercise import Case, Exercise, mistake, variant
from autograder.exercises.drawing import signed, uniform
from gradlab import drivers

from .batchnorm_forward import BatchnormForward


class BatchnormBackward(Exercise):
    """The gradient reaches x on three paths: directly, through the mean, and through the variance."""

    name, points, partners = "batchnorm_backward", 4, (BatchnormForward,)
    driver = drivers.batchnorm_forward_backward

    def reference(dout, cache):
        """The backward pass of batch normalization in training.

            dbeta = Σ dout        dgamma = Σ dout · x̂        (sums over the batch)

        and dx is the sum of what comes along three ways: straight through x̂, through the mean of the batch and through
        its variance, since both depend on every x.

        Parameters
        ----------
        dout : ndarray (N, D)
            The gradient of the loss in the layer's output; may be changed in place, but need not be.
        cache : anything
            What your `batchnorm_forward` returned beside its output, in training.

        Returns
        -------
        dx : ndarray (N, D)
        dgamma, dbeta : ndarray (D,)

        References
        ----------
        Ioffe & Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift"
        (2015), section 3.
        """
        x_hat, inv_std, gamma = cache
        dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
        dx_hat = dout * gamma
        through_mean = dx_hat.mean(axis=0)
        through_var = x_hat * (dx_hat * x_hat).mean(axis=0)
        dx = inv_std * (dx_hat - through_mean - through_var)
        return dx, dgamma, dbeta

    def cases(rng):
        yield Case("gamma of one, beta of zero", **passes(rng, 6, 3, gamma=np.ones(3), beta=np.zeros(3)))
        yield Case("other gamma and beta", **passes(rng, 8, 4))
        yield Case("as many examples as features", **passes(rng, 5, 5))
        yield Case("two examples", **passes(rng, 2, 3, eps=0.1))
        yield Case("another eps", **passes(rng, 7, 3, eps=uniform(rng, 0.5, 1.5)))
        given = passes(rng, 6, 3, offset=0.3)
        yield Case("float32", **{k: v.astype(np.float32) if isinstance(v, np.ndarray) else v for k, v in given.items()})

    statistics_taken_for_constants = mistake(
        "You take mean and variance for constants. Both depend on every x of the batch, so the gradient also goes "
        "through them.",
        {" - through_mean - through_var": ""},
    )
    variance_taken_for_a_constant = mistake(
        "The way through the variance is missing: it depends on every x of the batch.", {" - through_var": ""}
    )
    mean_taken_for_a_constant = mistake(
        "The way through the mean is missing: it depends on every x of the batch.", {" - through_mean": ""}
    )
    variance_adds = mistake(
        "What comes back through the variance has the wrong sign: a larger variance makes x̂ smaller.",
        {"- through_var": "+ through_var"},
    )
    mean_adds = mistake(
        "What comes back through the mean has the wrong sign: the mean is subtracted.",
        {"- through_mean": "+ through_mean"},
    )
    sums_for_means = mistake(
        "The ways through mean and variance are summed over the batch where they should be averaged: divide by N.",
        {"dx_hat.mean": "dx_hat.sum", "x_hat).mean": "x_hat).sum"},
    )
    half_of_the_variance = mistake(
        "The way through the variance has half of its weight: the derivative of a square has a 2.",
        {"through_var = x_hat": "through_var = 0.5 * x_hat"},
    )
    gamma_forgotten = mistake("gamma is missing in dx: what reaches x̂ is dout · gamma.", {"dout * gamma": "dout"})
    deviation_forgotten = mistake("dx is not divided by the root of var + eps.", {"inv_std * ": ""})
    root_forgotten = mistake("dx is divided by var + eps, without the root.", {"inv_std * ": "inv_std**2 * "})
    multiplied_by_the_deviation = mistake(
        "dx is multiplied by the deviation. The forward pass divides by it, and so does the way back.",
        {"inv_std * ": "1 / inv_std * "},
    )
    parameters_averaged = mistake(
        "dgamma and dbeta are averaged over the batch. They are sums: the mean over examples is in dout already.",
        {"(dout * x_hat).sum": "(dout * x_hat).mean", "dout.sum": "dout.mean"},
    )
    parameters_exchanged = mistake(
        "dgamma and dbeta have changed places: return (dx, dgamma, dbeta).", {"dx, dgamma, dbeta": "dx, dbeta, dgamma"}
    )
    parameters_not_summed = mistake(
        "dgamma and dbeta are not summed over the batch: their shape is (D,), that of gamma and beta.",
        {"(dout * x_hat).sum(axis=0)": "dout * x_hat", "dout.sum(axis=0)": "dout"},
    )
    wrong_axis = mistake(
        "The sums run over the features of one example. They run over the batch, along axis 0.",
        {
            "x_hat).sum(axis=0)": "x_hat).sum(axis=1)",
            "dout.sum(axis=0)": "dout.sum(axis=1)",
            "dx_hat.mean(axis=0)": "dx_hat.mean(axis=1, keepdims=True)",
            "x_hat).mean(axis=0)": "x_hat).mean(axis=1, keepdims=True)",
        },
    )
    unbiased = mistake(
        "You divide by N - 1 where the variance of the forward pass divides by N.",
        {"x_hat).mean(axis=0)": "x_hat).sum(axis=0) / (len(dout) - 1)"},
    )
    # The variance of x̂ is var / (var + eps), so dividing by its root turns √(var + eps) into √var.
    eps_forgotten = mistake(
        "eps is forgotten on the way back: divide by the root of var + eps, as the forward pass does.",
        {"inv_std * ": "inv_std / x_hat.std(axis=0) * "},
    )
    dx_alone = mistake("Return three things: (dx, dgamma, dbeta).", {"return dx, dgamma, dbeta": "return dx"})
    compact = variant(
        {
            "dx_hat.mean(axis=0)": "gamma * dbeta / len(dout)",
            "(dx_hat * x_hat).mean(axis=0)": "gamma * dgamma / len(dout)",
        }
    )

    @variant
    def along_the_graph(dout, cache):
        x_hat, inv_std, gamma = cache
        n = len(dout)
        centered = x_hat / inv_std
        dx_hat = dout * gamma
        dvar = np.sum(dx_hat * centered, axis=0) * -0.5 * inv_std**3
        dmean = -np.sum(dx_hat * inv_std, axis=0) + dvar * np.sum(-2 * centered, axis=0) / n
        return dx_hat * inv_std + dvar * 2 * centered / n + dmean / n, (dout * x_hat).sum(0), dout.sum(0)

    @variant
    def by_the_jacobian(dout, cache):
        """The derivative of every output with respect to every input of the batch, feature by feature."""
        x_hat, inv_std, gamma = cache
        n, dx = len(dout), np.empty_like(dout)
        for j in range(dout.shape[1]):
            jacobian = inv_std[j] * (np.eye(n) - 1 / n - np.outer(x_hat[:, j], x_hat[:, j]) / n)
            dx[:, j] = gamma[j] * jacobian.T @ dout[:, j]
        return dx, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)


def passes(rng, size, width, gamma=None, beta=None, offset=3.0, **bn_param):
    """A batch whose features differ in mean and spread, and a gradient for its output."""
    return {
        "x": offset * signed(rng, 1, 3, width) + rng.uniform(0.5, 2, width) * spread(rng, size, width),
        "dout": signed(rng, 1, 3, size, width),
        "gamma": signed(rng, 1, 3, width) if gamma is None else gamma,
        "beta": signed(rng, 1, 3, width) if beta is None else beta,
        "bn_param": bn_param,
    }


def spread(rng, size, width):
    """Numbers with mean 0 and standard deviation 1 in each column."""
    numbers = rng.normal(size=(size, width))
    return (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
