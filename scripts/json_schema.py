"""The part of JSON Schema that docs/openapi.json uses: finds what a schema does not allow in a value.

An unknown keyword is an error, so that nothing is left unchecked silently.
"""

import re

ANNOTATIONS = {"description", "examples", "default", "format", "contentMediaType", "contentSchema"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_of(kind, value):
    if kind in ("integer", "number"):
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and (kind == "number" or value == int(value))
    return isinstance(value, TYPES[kind])


class Schemas:
    """The schemas of a document, by name."""

    def __init__(self, document):
        self.named = document["components"]["schemas"]

    def errors(self, value, schema, path="$"):
        """Everything about a value that its schema, or the one of that name, does not allow."""
        if isinstance(schema, str):
            schema = self.named[schema]
        return [error for keyword in schema for error in self.check(keyword, schema, value, path)]

    def check(self, keyword, schema, value, path):
        wanted = schema[keyword]
        numeric = is_of("number", value)
        if keyword == "$ref":
            return self.errors(value, wanted.removeprefix("#/components/schemas/"), path)
        if keyword == "required":
            return [f"{path}.{name} is missing" for name in wanted if isinstance(value, dict) and name not in value]
        if keyword in ("properties", "additionalProperties"):
            parts = value.items() if isinstance(value, dict) else ()
            named = schema.get("properties", {})
            return [
                error
                for name, part in parts
                if (name in named) == (keyword == "properties")
                for error in self.errors(part, named[name] if keyword == "properties" else wanted, f"{path}.{name}")
            ]
        if keyword == "items":
            parts = enumerate(value) if isinstance(value, list) else ()
            return [error for index, part in parts for error in self.errors(part, wanted, f"{path}[{index}]")]
        holds = {
            "type": lambda: any(is_of(kind, value) for kind in ([wanted] if isinstance(wanted, str) else wanted)),
            "const": lambda: value == wanted,
            "enum": lambda: value in wanted,
            "anyOf": lambda: any(not self.errors(value, one, path) for one in wanted),
            "minimum": lambda: not numeric or value >= wanted,
            "maximum": lambda: not numeric or value <= wanted,
            "minLength": lambda: not isinstance(value, str) or len(value) >= wanted,
            "maxLength": lambda: not isinstance(value, str) or len(value) <= wanted,
            "pattern": lambda: not isinstance(value, str) or re.search(wanted, value),
        }
        if keyword in ANNOTATIONS:
            return []
        if keyword not in holds:
            return [f"{path}: keyword {keyword} is unknown here"]
        return [] if holds[keyword]() else [f"{path}: {value} against {keyword} {wanted}"]
