"""Figures are drawn in memory, and closed after each test."""

import matplotlib.pyplot as plt
import pytest

plt.switch_backend("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")
