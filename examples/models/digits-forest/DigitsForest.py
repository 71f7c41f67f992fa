"""A small random forest that answers with a probability for each digit; `class_names` says which column is which."""

import joblib


class DigitsForest:
    def __init__(self):
        self.forest = joblib.load("forest.joblib")
        self.class_names = [str(digit) for digit in self.forest.classes_]

    def predict(self, X, features_names=None):
        return self.forest.predict_proba(X)

    def init_metadata(self):
        return {
            "name": "digits-forest",
            "versions": ["1"],
            "platform": "sklearn",
            "inputs": [{"name": "pixels", "datatype": "FP64", "shape": [-1, 64]}],
            "outputs": [{"name": "probabilities", "datatype": "FP64", "shape": [-1, 10]}],
        }
