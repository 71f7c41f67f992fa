"""Answers fewer rows than it was asked, and no digits either."""


class Model:
    def predict(self, X, features_names=None):
        return ["a cat", float("nan"), float("inf")]
