"""Values of arguments and headers, as a script writes them: `5`, `true`, `text`, `[a,b]`, or with RabbitMQ's name of the type
before them, `short:5`. sim/broker/tests/script_values.h has the same for our model.
"""

import datetime
import struct

from pika import data

# RabbitMQ's name: the letter on the wire, and how a number is packed.
NUMBERS = {"byte": ("b", ">b"), "unsignedbyte": ("B", ">B"), "short": ("s", ">h"), "unsignedshort": ("u", ">H"),
           "signedint": ("I", ">i"), "unsignedint": ("i", ">I"), "long": ("l", ">q"), "timestamp": ("T", ">Q")}
FRACTIONS = {"float": ("f", ">f"), "double": ("d", ">d")}
TEXTS = {"longstr": "S", "binary": "x"}


class Typed:
    """A value with its type, encoded."""

    def __init__(self, encoded):
        self.encoded = encoded


def encode_value(pieces, value, encode=data.encode_value):
    if not isinstance(value, Typed):
        return encode(pieces, value)
    pieces.append(value.encoded)
    return len(value.encoded)


data.encode_value = encode_value


def value_of(text):
    kind, colon, rest = text.partition(":")
    if colon and kind in NUMBERS:
        letter, layout = NUMBERS[kind]
        return Typed(letter.encode() + struct.pack(layout, int(rest)))
    if colon and kind in FRACTIONS:
        letter, layout = FRACTIONS[kind]
        return Typed(letter.encode() + struct.pack(layout, float(rest)))
    if colon and kind in TEXTS:
        return Typed(TEXTS[kind].encode() + struct.pack(">I", len(rest)) + rest.encode())
    if colon and kind == "void":
        return None
    if colon and kind == "table":
        return {}
    if text.startswith("[") and text.endswith("]"):
        return [value_of(each) for each in text[1:-1].split(",") if each]
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.removeprefix("-").isdigit() else text


def table(arguments):
    """Arguments with the types that they look like."""
    return {key: value_of(text) for key, text in arguments.items()}


def text_of(value):
    """As a line shows it. Of a table, times are left out."""
    if isinstance(value, dict):
        shown = [f"{key}={text_of(value[key])}" for key in sorted(value) if not isinstance(value[key], datetime.datetime)]
        return "{" + " ".join(shown) + "}"
    if isinstance(value, list):
        return "[" + ",".join(text_of(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.decode()
    return "void" if value is None else str(value)
