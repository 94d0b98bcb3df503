"""How an update rule is applied: to every parameter with a config of its own, and to all of them or to none."""

import numpy as np

from .validation import checked_update


class Updater:
    """Applies `update_rule` to dicts of parameters; None stands for a step of -learning_rate · dw.

    The dicts that come in are not changed, nor are the parameters in them, whatever a rule does to its arguments: when
    an error or Ctrl-C ends it half-way, the model still has the old ones. Only an array of its own in a config, which a
    rule changes in place, is its own affair.
    """

    def __init__(self, update_rule):
        self.update_rule = update_rule
        # A rule that works in place must be given copies. Copies cost time, and other rules do not need them:
        # the first call finds out.
        self.in_place = True

    def apply(self, params, grads, configs, learning_rate=None):
        """New parameters and configs.

        Parameters
        ----------
        params : dict of str to ndarray
        grads : dict of str to ndarray
            Used up: each is taken out when its turn has come, and its memory is free.
        configs : dict of str to dict
        learning_rate : float, optional
            Goes into every config first.

        Returns
        -------
        dict of str to ndarray, dict of str to dict
        """
        given = {} if learning_rate is None else {"learning_rate": learning_rate}
        # Our own step may overflow in silence: the next loss tells.
        overflow = {"over": "ignore", "invalid": "ignore"} if self.update_rule is None else {}
        with np.errstate(**overflow):
            updated = {name: self._one(name, w, grads.pop(name), configs[name] | given) for name, w in params.items()}
        return {name: w for name, (w, _) in updated.items()}, {name: config for name, (_, config) in updated.items()}

    def decayed(self, configs, lr_decay):
        """The configs, with their learning rates multiplied by `lr_decay`."""
        for name, config in configs.items():
            if "learning_rate" not in config:
                raise ValueError(
                    f"lr_decay={lr_decay} found no learning rate to decay in the config of {name}. "
                    'Give one: optim_config={"learning_rate": ...}.'
                )
        return {
            name: config | {"learning_rate": config["learning_rate"] * lr_decay} for name, config in configs.items()
        }

    def _one(self, name, w, dw, config):
        if self.update_rule is None:
            next_w = np.multiply(dw, -config.setdefault("learning_rate", 1e-2), dtype=w.dtype)
            next_w += w
            return next_w, config
        given = w.copy() if self.in_place else w
        next_w, config = checked_update(self.update_rule(given, dw, config), name, w)
        if self.in_place:
            self.in_place = np.may_share_memory(next_w, given) or not np.array_equal(given, w)
        return next_w, config
