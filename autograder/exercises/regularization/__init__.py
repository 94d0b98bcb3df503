"""Regularization: penalties, dropout, normalization, augmentation, and transfer."""
