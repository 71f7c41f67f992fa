"""The Open Inference Protocol, version 2 (REST): the columns of a table as one tensor, or as one tensor each."""

from .failure import RequestError
from .seldon import is_shape, product
from .values import flatten, reshape, shape_of, to_plain, to_rows

DATATYPES = (
    "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES",
)


def metadata(model, name):
    described = to_plain(model.metadata())
    described = described if isinstance(described, dict) else {}
    return {
        "name": name,
        "versions": described.get("versions", []),
        "platform": described.get("platform", "seldon-python"),
        "inputs": described.get("inputs", []),
        "outputs": described.get("outputs", []),
    }


def infer(model, name, message):
    if not isinstance(message, dict) or not isinstance(message.get("inputs"), list) or not message["inputs"]:
        raise bad('Send {"inputs": [{"name": …, "shape": […], "datatype": …, "data": […]}]}.')
    tensors = [read(tensor) for tensor in message["inputs"]]
    rows, names = table(tensors)
    parameters = message.get("parameters")
    answer = to_plain(model.predict(to_rows(rows), names, parameters if isinstance(parameters, dict) else {}))
    result = {"model_name": name, "outputs": [output(answer)]}
    if isinstance(message.get("id"), str):
        result["id"] = message["id"]
    return result


def read(tensor):
    if not isinstance(tensor, dict) or not isinstance(tensor.get("name"), str):
        raise bad("Every input needs a name.")
    name = tensor["name"]
    if tensor.get("datatype") not in DATATYPES:
        raise bad(f"Input {name}: the datatype must be one of {', '.join(DATATYPES)}.")
    if not is_shape(tensor.get("shape")) or not isinstance(tensor.get("data"), list):
        raise bad(f"Input {name}: shape and data are needed; binary tensors are not served here.")
    return name, reshape(flatten(tensor["data"]), tensor["shape"])


def table(tensors):
    """One tensor is the table itself; several are its columns, in order."""
    if len(tensors) == 1:
        return tensors[0][1], []
    columns = []
    for name, rows in tensors:
        values = [row[0] if isinstance(row, list) and len(row) == 1 else row for row in rows]
        if any(isinstance(value, list) for value in values):
            raise bad(f"Input {name}: with several inputs, each is one column.")
        columns.append(values)
    if len({len(values) for values in columns}) != 1:
        raise bad("The inputs are not equally long.")
    return [list(row) for row in zip(*columns)], [name for name, _ in tensors]


def output(plain):
    nested = plain if isinstance(plain, list) else [plain]
    shape, leaves = shape_of(nested), flatten(nested)
    if len(leaves) != product(shape):
        raise TypeError("the rows of the answer are not equally long")
    return {"name": "predict", "shape": shape, "datatype": datatype(leaves), "data": leaves}


def datatype(leaves):
    present = [leaf for leaf in leaves if leaf is not None]
    if any(isinstance(leaf, (str, dict)) for leaf in present):
        return "BYTES"
    if present and all(isinstance(leaf, bool) for leaf in present):
        return "BOOL"
    if present and all(isinstance(leaf, int) for leaf in present):
        return "INT64"
    return "FP64"


def bad(message):
    return RequestError(400, "MICROSERVICE_BAD_DATA", message)
