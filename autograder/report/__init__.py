"""What a graded class shows its instructor: the numbers, as JSON, and a page that presents them."""
