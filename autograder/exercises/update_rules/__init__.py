"""Update rules: from plain steps down the gradient to Adam, Newton and L-BFGS."""
