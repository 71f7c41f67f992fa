"""The Seldon S2I layout of a bundle: `.s2i/environment` and the file it names."""

import os
import re

from .failure import BAD_LAYOUT, NO_FILE, Failure

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")


class Layout:
    def __init__(self, directory, model_name, variables):
        self.directory = directory
        self.model_name = model_name
        self.variables = variables

    @classmethod
    def read(cls, directory, model_name=None):
        path = os.path.join(directory, ".s2i", "environment")
        variables = parse(path) if os.path.exists(path) else {}
        name = model_name or variables.get("MODEL_NAME", "")
        if not NAME.match(name):
            raise Failure(BAD_LAYOUT, ".s2i/environment has no usable line MODEL_NAME=<name of the file and class>.")
        if variables.get("SERVICE_TYPE", "MODEL").upper() != "MODEL":
            raise Failure(BAD_LAYOUT, "only SERVICE_TYPE=MODEL is served here.")
        if "REST" not in variables.get("API_TYPE", "REST").upper():
            raise Failure(BAD_LAYOUT, "only API_TYPE=REST is served here.")
        if variables.get("PERSISTENCE", "0") not in ("0", "false", ""):
            print("bedel: PERSISTENCE is ignored; a model keeps nothing between two starts.", flush=True)
        layout = cls(directory, name, variables)
        layout.check_file()
        return layout

    @property
    def module_name(self):
        """`MyModel` is class MyModel in MyModel.py; `package.module.Class` names all three, as in Seldon."""
        return self.model_name.rpartition(".")[0] or self.model_name

    @property
    def class_name(self):
        return self.model_name.rpartition(".")[2]

    def check_file(self):
        base = os.path.join(self.directory, *self.module_name.split("."))
        if not (os.path.isfile(base + ".py") or os.path.isfile(os.path.join(base, "__init__.py"))):
            raise Failure(NO_FILE, f"there is no file {self.module_name.replace('.', '/')}.py in the bundle.")


def parse(path):
    """Lines NAME=value; blank lines and # comments do not count."""
    variables = {}
    with open(path, encoding="utf-8", errors="replace") as file:
        for line in file.read(64 * 1024).splitlines():
            name, separator, value = line.strip().partition("=")
            if separator and re.match(r"[A-Za-z_][A-Za-z0-9_]*\Z", name.strip()):
                variables[name.strip()] = value.strip().strip("\"'").replace("\0", "")
    return variables
