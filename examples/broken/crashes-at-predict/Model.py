"""Ends its whole process when it is asked for the first time, as a broken native library would."""

import os


class Model:
    def predict(self, X, features_names=None):
        print("about to abort", flush=True)
        os.abort()
