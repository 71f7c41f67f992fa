"""The Seldon protocol, version 1: a `SeldonMessage` in, one in the same form out."""

import base64
import binascii

from .failure import RequestError
from .values import flatten, reshape, shape_of, to_plain, to_rows

FORMS = ("data", "strData", "jsonData", "binData")


def predict(model, message):
    """One prediction: the message a client sent, the message it gets."""
    if not isinstance(message, dict):
        raise bad('Send {"data": {"names": [...], "ndarray": [[...]]}}.')
    if model.has_raw:
        return to_plain(model.predict_raw(message))
    form, rows, names = read(message)
    meta = message.get("meta") or {}
    answer = model.predict(rows, names, meta)
    return write(model, form, answer, meta)


def read(message):
    """The form the data came in, the rows, and the names of the columns."""
    found = [form for form in FORMS if form in message]
    if len(found) != 1:
        raise bad("Exactly one of data, strData, jsonData and binData is needed.")
    form = found[0]
    if form == "data":
        return read_data(message["data"])
    if form == "binData":
        try:
            return form, base64.b64decode(message[form], validate=True), []
        except (binascii.Error, TypeError, ValueError):
            raise bad("binData must be base64.") from None
    if form == "strData" and not isinstance(message[form], str):
        raise bad("strData must be text.")
    return form, message[form], []


def read_data(data):
    if not isinstance(data, dict):
        raise bad("data must be an object.")
    names = data.get("names") or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise bad("data.names must be a list of texts.")
    if "ndarray" in data:
        return "ndarray", to_rows(data["ndarray"]), names
    if "tensor" in data:
        return "tensor", to_rows(read_tensor(data["tensor"])), names
    raise bad("data must hold ndarray or tensor; other forms are not served here.")


def read_tensor(tensor):
    shape = tensor.get("shape") if isinstance(tensor, dict) else None
    values = tensor.get("values") if isinstance(tensor, dict) else None
    if not isinstance(values, list) or not is_shape(shape):
        raise bad("tensor must hold a list shape of whole numbers and a list values.")
    return reshape(values, shape)


def write(model, form, answer, meta):
    plain = to_plain(answer)
    message = {"data": data_in(form, plain, model)} if isinstance(plain, list) else other(form, plain)
    tags = {**(meta.get("tags") or {}), **to_plain(model.tags())} if isinstance(meta, dict) else to_plain(model.tags())
    message["meta"] = {"requestPath": {model.name: "bedel"}, **({"tags": tags} if tags else {})}
    if isinstance(meta, dict) and isinstance(meta.get("puid"), str):
        message["meta"]["puid"] = meta["puid"]
    return message


def data_in(form, plain, model):
    shape = shape_of(plain)
    names = class_names(model, shape)
    leaves = flatten(plain)
    numeric = all(isinstance(leaf, (int, float)) or leaf is None for leaf in leaves)
    # Seldon's tensor holds numbers only; anything else goes back as ndarray.
    if form == "tensor" and numeric and len(leaves) == product(shape):
        return {"names": names, "tensor": {"shape": shape, "values": leaves}}
    return {"names": names, "ndarray": plain}


def other(form, plain):
    if isinstance(plain, str):
        return {"binData" if form == "binData" else "strData": plain}
    if isinstance(plain, dict):
        return {"jsonData": plain}
    return {"data": {"names": [], "ndarray": [plain]}}


def class_names(model, shape):
    """The model's own names; else t:0, t:1, … for a table, as Seldon does."""
    names = model.class_names()
    if len(shape) < 2:
        return names or []
    return names if names and len(names) == shape[1] else [f"t:{column}" for column in range(shape[1])]


def is_shape(shape):
    return isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape) and len(shape) > 0


def product(shape):
    result = 1
    for size in shape:
        result *= size
    return result


def bad(message):
    return RequestError(400, "MICROSERVICE_BAD_DATA", message)
