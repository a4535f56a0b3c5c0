"""Values that must be found nowhere, and the search for them in every form that a program gives a text."""

import base64
import json
import math
import secrets
import urllib.parse

PIECE = 8  # of a value that is broken by line ends


class Canaries:
    """Values by the name of the field that they go through; new in every run."""

    def __init__(self):
        self.values = {}

    def new(self, name, odd='"/+&'):
        """A value; odd is what makes its encoded forms differ from it."""
        value = "c4n" + odd.join(secrets.token_hex(5) for _ in range(3))
        assert name not in self.values
        self.values[name] = value
        return value

    def found(self, content):
        """(name, form) of each canary in the bytes."""
        text = content.decode("utf-8", "replace")
        # Broken by line ends, as they are or as they are escaped.
        joined = "".join(text.replace("\\n", "").replace("\\r", "").split())
        return [
            (name, form)
            for name, value in self.values.items()
            for form, shape in forms(value).items()
            if shape in text or shape in joined
        ]


def forms(value):
    """Form -> text that can only come from the value."""
    shapes = {
        "plain": value,
        "JSON": json.dumps(value)[1:-1],
        "URL": urllib.parse.quote(value, safe=""),
        "path of a URL": urllib.parse.quote(value),
        "hex": value.encode().hex(),
        "HEX": value.encode().hex().upper(),
    }
    for offset in range(3):  # of the value in a longer text
        for kind, encode in (("base64", base64.b64encode), ("base64 of URLs", base64.urlsafe_b64encode)):
            whole = encode(b"-" * offset + value.encode()).decode()
            begin, end = math.ceil(offset * 8 / 6), (offset + len(value)) * 8 // 6
            shapes[f"{kind} at {offset}"] = whole[begin:end]
    return shapes


# Prints every form of the values that it was given as words, and each broken.
SHOUT = f"""
import base64, json, sys, urllib.parse
def shout(value, out):
    for text in (value, json.dumps(value), urllib.parse.quote(value, safe=""), urllib.parse.quote(value),
                 value.encode().hex(), value.encode().hex().upper(),
                 *(encode(b"-" * n + value.encode()).decode()
                   for n in range(3) for encode in (base64.b64encode, base64.urlsafe_b64encode))):
        print("it is", text, file=out)
        print("\\n".join(text[i:i + {PIECE}] for i in range(0, len(text), {PIECE})), file=out)
"""
