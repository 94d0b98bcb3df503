"""Update rules: from plain gradient descent to Adam, Newton, and L-BFGS."""
