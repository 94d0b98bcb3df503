"""Learning rates: schedules by the clock and by the validation error, warm-up, range tests, and Adagrad."""
