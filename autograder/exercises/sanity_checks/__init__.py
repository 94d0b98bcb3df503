"""Sanity checks: what to check before a long run, and what each check can and cannot show."""
