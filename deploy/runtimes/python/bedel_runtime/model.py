"""A student's model class: found, made, loaded, and called with whichever of Seldon's signatures it has."""

import importlib
import inspect
import json
import os

from .failure import NO_CLASS, NO_PREDICT, NOT_IMPORTABLE, NOT_LOADED, Failure


class Model:
    def __init__(self, name, instance):
        self.name = name
        self.instance = instance
        self.has_raw = callable(getattr(instance, "predict_raw", None))
        self._predict = getattr(instance, "predict", None)
        self._parameters = parameters_of(self._predict) if callable(self._predict) else None

    @classmethod
    def load(cls, layout):
        factory = find_class(layout)
        try:
            instance = factory(**constructor_arguments(factory))
            model = cls(layout.model_name, instance)
            if model._parameters is None and not model.has_raw:
                raise Failure(NO_PREDICT, f"class {layout.class_name} has no method predict(self, X, features_names).")
            if callable(getattr(instance, "load", None)):
                instance.load()
        except Failure:
            raise
        except (Exception, SystemExit) as error:
            raise Failure(NOT_LOADED, f"the model failed while it was loaded: {describe(error)}") from error
        return model

    def predict(self, rows, names, meta):
        """Calls predict(X), (X, names), (X, names, meta=…) or with features_names=…, as the class wants it."""
        parameters = self._parameters
        if parameters is None:
            raise TypeError("the class has predict_raw only, which answers the Seldon protocol alone")
        positional = [
            p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
        any_positional = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        any_keyword = any(p.kind is p.VAR_KEYWORD for p in parameters)
        keywords = {p.name for p in parameters if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)}
        arguments, named = [rows], {}
        for name in ("features_names", "feature_names", "names"):
            if name in keywords:
                named[name] = names
                break
        else:
            if len(positional) > 1 and positional[1].name != "meta" or any_positional:
                arguments.append(names)
        if "meta" in keywords or any_keyword:
            named["meta"] = meta
        return self._predict(*arguments, **named)

    def predict_raw(self, message):
        return self.instance.predict_raw(message)

    def class_names(self):
        """The attribute or method `class_names`; nothing when there is none."""
        names = self._optional("class_names")
        return None if names is None else [str(name) for name in names]

    def tags(self):
        return self._optional("tags") or {}

    def metadata(self):
        return self._optional("init_metadata") or {}

    def health_status(self):
        return self._optional("health_status")

    def _optional(self, name):
        value = getattr(self.instance, name, None)
        return value() if callable(value) else value


def find_class(layout):
    try:
        module = importlib.import_module(layout.module_name)
    except (Exception, SystemExit) as error:
        raise Failure(NOT_IMPORTABLE, f"{layout.module_name}.py cannot be imported: {describe(error)}") from error
    found = getattr(module, layout.class_name, None)
    if not isinstance(found, type):
        raise Failure(NO_CLASS, f"{layout.module_name}.py has no class {layout.class_name}.")
    return found


def constructor_arguments(factory):
    """Seldon's PREDICTIVE_UNIT_PARAMETERS: a JSON list of {name, value, type}."""
    casts = {"INT": int, "FLOAT": float, "DOUBLE": float, "STRING": str, "BOOL": lambda v: str(v).lower() == "true"}
    entries = json.loads(os.environ.get("PREDICTIVE_UNIT_PARAMETERS") or "[]")
    return {entry["name"]: casts[entry.get("type", "STRING")](entry["value"]) for entry in entries}


def parameters_of(function):
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        # Compiled methods may have no signature; Seldon's own is then the best guess.
        return list(inspect.signature(lambda X, features_names=None: None).parameters.values())


def describe(error):
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0][:300]}" if text else type(error).__name__
