"""Learning rates: decay by epoch, by step and by validation error, warm-up, and what Adagrad does on its own."""
