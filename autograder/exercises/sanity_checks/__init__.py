"""Sanity checks: what to look at before a long training, and what each look can and cannot see."""
