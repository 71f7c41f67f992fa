"""Takes more and more memory when asked."""


class Model:
    def predict(self, X, features_names=None):
        hoard = []
        while True:
            hoard.append(bytearray(b"x") * (16 * 1024 * 1024))
