"""Sound by itself; its requirements.txt is not."""


class Model:
    def predict(self, X, features_names=None):
        return [0 for _ in X]
