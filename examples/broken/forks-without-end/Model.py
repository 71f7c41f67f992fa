"""Starts as many processes as it is let, and answers how many that were."""

import os
import time


class Model:
    def predict(self, X, features_names=None):
        count = 0
        try:
            while count < 2000:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                count += 1
        except OSError:
            pass
        return [count]
