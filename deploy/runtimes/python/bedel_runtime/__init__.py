"""How Bedel serves a Python model: layout -> model -> routes (Seldon protocol, Open Inference Protocol) -> http."""
