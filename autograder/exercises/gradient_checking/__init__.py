"""Gradient checking: numerical gradients, what their errors mean, and a checker that finds planted faults."""
