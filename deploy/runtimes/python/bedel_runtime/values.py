"""Between JSON and what models take and give: numpy arrays when numpy is there, plain lists when it is not."""

import base64
import json
import math

from .failure import RequestError

try:
    import numpy
except ImportError:
    numpy = None


def parse_json(body):
    """Strict JSON (RFC 8259): NaN and Infinity are not part of it."""

    def refuse(constant):
        raise RequestError(400, "MICROSERVICE_BAD_DATA", f"{constant} is not valid JSON; send null.")

    try:
        return json.loads(body.decode("utf-8"), parse_constant=refuse)
    except UnicodeDecodeError:
        raise RequestError(400, "MICROSERVICE_BAD_DATA", "The body is not UTF-8.") from None
    except RecursionError:
        raise RequestError(400, "MICROSERVICE_BAD_DATA", "The body is nested too deeply.") from None
    except ValueError as error:
        raise RequestError(400, "MICROSERVICE_BAD_DATA", f"The body is not valid JSON: {error}.") from None


def to_rows(nested):
    """Nested JSON lists as an array; null becomes NaN among numbers. Rows must be equally long."""
    check_rectangular(nested)
    if numpy is None:
        return nested
    flat = flatten(nested)
    if any(isinstance(value, str) for value in flat):
        return numpy.array(nested, dtype=object)
    if any(value is None for value in flat):
        return numpy.array(nested, dtype=float)
    return numpy.array(nested)


def reshape(values, shape):
    """A flat list in row-major order as nested lists."""
    count = math.prod(shape)
    if count != len(values):
        message = f"shape {list(shape)} needs {count} values, {len(values)} came."
        raise RequestError(400, "MICROSERVICE_BAD_DATA", message)
    for size in reversed(shape[1:]):
        values = [values[start : start + size] for start in range(0, len(values), size)] if size else []
    return values


def check_rectangular(nested):
    if not isinstance(nested, list):
        raise RequestError(400, "MICROSERVICE_BAD_DATA", "The rows must be a list.")
    if not nested or not any(isinstance(row, list) for row in nested):
        return
    width = len(nested[0]) if isinstance(nested[0], list) else None
    for number, row in enumerate(nested):
        if not isinstance(row, list) or len(row) != width:
            message = f"Row {number} has not as many values as row 0."
            raise RequestError(400, "MICROSERVICE_BAD_DATA", message)


def flatten(value):
    if not isinstance(value, (list, tuple)):
        return [value]
    return [leaf for item in value for leaf in flatten(item)]


def shape_of(value):
    shape = []
    while isinstance(value, (list, tuple)):
        shape.append(len(value))
        value = value[0] if value else None
    return shape


def to_plain(value):
    """Anything a model may answer as plain JSON values. Numbers that JSON does not know (NaN, infinity) become null.

    Raises TypeError for what cannot be said in JSON.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, dict):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return [to_plain(item) for item in value]
    for method in ("tolist", "to_list", "to_numpy", "toarray", "isoformat"):
        convert = getattr(value, method, None)
        if callable(convert):
            plain = convert()
            return to_plain(plain) if type(plain) is not type(value) or isinstance(plain, list) else str(plain)
    raise TypeError(f"an answer of type {type(value).__name__} cannot be sent as JSON")
