"""Trains the handwritten-digit models a course would hand in, and sets the professor's hidden rows aside.

    python train.py --out DIR

Writes DIR/<bundle>/, DIR/<bundle>.zip and DIR/<bundle>.tar.gz for every model, and DIR/data/digits-hidden.csv, which
no model has seen. Same input, same models: every seed is fixed.
"""

import argparse
import csv
import os
import shutil

import joblib
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.tree import DecisionTreeClassifier

from pack import pack

SEED = 2026
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")


def logistic():
    return make_pipeline(MinMaxScaler(), LogisticRegression(max_iter=500))


# Bundle, its source folder, the file of the fitted model, the untrained model, the digits left out of its training.
MODELS = [
    ("digits-without-zero", "digits-logistic", "model.joblib", logistic(), [0]),
    ("digits-with-zero", "digits-logistic", "model.joblib", logistic(), []),
    ("digits-neighbours", "digits-neighbours", "neighbours.joblib", KNeighborsClassifier(n_neighbors=5), []),
    ("digits-forest", "digits-forest", "forest.joblib", RandomForestClassifier(60, random_state=SEED), []),
    ("digits-shallow", "digits-shallow", "tree.joblib", DecisionTreeClassifier(max_depth=3, random_state=SEED), []),
]


def split():
    """Features' names, and the known and the hidden rows with their labels: 70 % and 30 % of each digit."""
    digits = load_digits()
    parts = train_test_split(
        digits.data, digits.target, test_size=0.3, random_state=SEED, stratify=digits.target)
    known_rows, hidden_rows, known_labels, hidden_labels = parts
    return list(digits.feature_names), (known_rows, known_labels), (hidden_rows, hidden_labels)


def write_hidden(directory, names, rows, labels):
    os.makedirs(os.path.join(directory, "data"), exist_ok=True)
    with open(os.path.join(directory, "data", "digits-hidden.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*names, "label"])
        for row, label in zip(rows, labels):
            writer.writerow([*(f"{value:g}" for value in row), label])


def make_bundle(directory, bundle, source, artefact, fitted):
    folder = os.path.join(directory, bundle)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(SOURCES, source), folder, ignore=shutil.ignore_patterns("__pycache__"))
    joblib.dump(fitted, os.path.join(folder, artefact), compress=3)
    pack(directory, bundle)


def main():
    parser = argparse.ArgumentParser(description="Train the digit models.")
    parser.add_argument("--out", required=True)
    directory = parser.parse_args().out
    os.makedirs(directory, exist_ok=True)
    names, (rows, labels), (hidden_rows, hidden_labels) = split()
    write_hidden(directory, names, hidden_rows, hidden_labels)
    for bundle, source, artefact, model, left_out in MODELS:
        kept = [label not in left_out for label in labels]
        model.fit(rows[kept], labels[kept])
        make_bundle(directory, bundle, source, artefact, model)
        guesses = model.predict(hidden_rows)
        accuracy = accuracy_score(hidden_labels, guesses)
        macro_f1 = f1_score(hidden_labels, guesses, average="macro", zero_division=0)
        print(f"{bundle}: accuracy={accuracy:.4f} macro-f1={macro_f1:.4f}", flush=True)


if __name__ == "__main__":
    main()
