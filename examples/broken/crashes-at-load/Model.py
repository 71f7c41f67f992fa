"""Looks for a file that was not handed in."""


class Model:
    def __init__(self):
        with open("weights.bin", "rb") as file:
            self.weights = file.read()

    def predict(self, X, features_names=None):
        return [0 for _ in X]
