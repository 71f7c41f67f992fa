"""Handwritten digits, 8 x 8 pixels of 0 to 16 in, a digit out: scaled pixels and a logistic regression."""

import joblib


class DigitsModel:
    def __init__(self):
        self.pipeline = joblib.load("model.joblib")

    def predict(self, X, features_names=None):
        return self.pipeline.predict(X)

    def tags(self):
        return {"trained_on": [int(digit) for digit in self.pipeline.classes_]}
