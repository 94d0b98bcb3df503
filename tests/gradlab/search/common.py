"""Helpers for the tests of searches."""

import sys

import pytest

from gradlab.search import search

NUMBERS = [{"x": x} for x in range(6)]
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked only on Linux")


def results(trials):
    return [trial.result for trial in trials]


def quietly(objective, configurations, **options):
    return search(objective, configurations, progress=False, **options)
