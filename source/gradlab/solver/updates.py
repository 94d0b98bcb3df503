"""Apply an update rule to all parameters or to none. Each parameter has its own config."""

from typing import Any

import numpy as np

from ..typing import Array, Config, Params, Rule
from .validation import checked_update

Configs = dict[str, Config]


class Updater:
    """Applies `update_rule` to dicts of parameters. If the rule is None, each parameter moves by -learning_rate · dw.

    Neither the dict of parameters nor the parameters in it are changed, whatever a rule does to its arguments: if an
    error or Ctrl-C ends the rule halfway, the model still has the old parameters. The same holds for the configs,
    except for arrays in a config that a rule changes in place.
    """

    def __init__(self, update_rule: Rule | None) -> None:
        self.update_rule = update_rule
        # A rule that works in place must get copies. Other rules do not need copies, which cost time, so the first call
        # that neither changes nor returns its argument ends the copying.
        self.in_place = True

    def apply(
        self, params: Params, grads: Params, configs: Configs, learning_rate: float | None = None
    ) -> tuple[Params, Configs]:
        """Return the new parameters and configs.

        Parameters
        ----------
        params : dict of str to ndarray
        grads : dict of str to ndarray
            The gradients. Each gradient is removed from the dict when it is used, which frees its memory.
        configs : dict of str to dict
        learning_rate : float, optional
            The learning rate to set in every config before the update.

        Returns
        -------
        dict of str to ndarray, dict of str to dict
        """
        given: Config = {} if learning_rate is None else {"learning_rate": learning_rate}
        # The default step may overflow silently, because the next loss will reveal the overflow.
        overflow: dict[str, Any] = {"over": "ignore", "invalid": "ignore"} if self.update_rule is None else {}
        with np.errstate(**overflow):
            updated = {name: self._one(name, w, grads.pop(name), configs[name] | given) for name, w in params.items()}
        return {name: w for name, (w, _) in updated.items()}, {name: config for name, (_, config) in updated.items()}

    def decayed(self, configs: Configs, lr_decay: float) -> Configs:
        """Return the configs with their learning rates multiplied by `lr_decay`."""
        for name, config in configs.items():
            if "learning_rate" not in config:
                raise ValueError(
                    f"lr_decay={lr_decay} needs a learning rate to decay. Got none in the config of {name}: "
                    'pass optim_config={"learning_rate": ...}.'
                )
        return {
            name: config | {"learning_rate": config["learning_rate"] * lr_decay} for name, config in configs.items()
        }

    def _one(self, name: str, w: Array, dw: Array, config: Config) -> tuple[Array, Config]:
        if self.update_rule is None:
            next_w: Array = np.multiply(dw, -config.setdefault("learning_rate", 1e-2), dtype=w.dtype)
            next_w += w
            return next_w, config
        given = w.copy() if self.in_place else w
        next_w, config = checked_update(self.update_rule(given, dw, config), name, w)
        if self.in_place:
            self.in_place = np.may_share_memory(next_w, given) or not np.array_equal(given, w)
        return next_w, config
