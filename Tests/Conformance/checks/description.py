"""Facts against an OpenAPI description, in both directions: nothing missing, nothing extra."""

from typing import Any

from .notation import Endpoint, Provider, Type, Value
from .report import Report

FORMS = {
    "string": ("string", None),
    "uuid": ("string", "uuid"),
    "date-time": ("string", "date-time"),
    "integer": ("integer", None),
    "boolean": ("boolean", None),
    "object": ("object", None),
    "any": (None, None),
}


class Description:
    """One OpenAPI document, compared with the facts of a provider at a time.

    With ``older`` the document may lack the fields and values that the facts call newer.
    """

    def __init__(self, document: dict[str, Any], report: Report, label: str, older: bool = False) -> None:
        self.document, self.report, self.label, self.older = document, report, label, older
        self.reached: set[str] = set()  # component schemas that a comparison has led to
        self._seen: set[tuple[str, str, str]] = set()

    def operations(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every operation by method and path, with the parameters of its path added to its own."""
        found = {}
        for path, item in self.document["paths"].items():
            shared = item.get("parameters", [])
            for method, operation in item.items():
                if method != "parameters":
                    parameters = [self._resolve(one) for one in [*shared, *operation.get("parameters", [])]]
                    found[method.upper(), path] = {**operation, "parameters": parameters}
        return found

    def compare(self, provider: Provider, endpoint: Endpoint, operation: dict[str, Any]) -> None:
        """Compare one call: statuses, credential, parameters and bodies."""
        where = f"{self.label}: {provider.name} {endpoint.name}"
        same = self.report.same
        same(f"{where} statuses", endpoint.statuses, [int(status) for status in operation["responses"]])
        self._compare_auth(where, provider, operation)
        found = {(one["in"], one["name"]): one for one in operation["parameters"]}
        if same(f"{where} parameters", sorted(endpoint.parameters), sorted(found)):
            for (place, name), value in endpoint.parameters.items():
                there = f"{where} {place}.{name}"
                same(f"{there} optional", value.optional, not found[place, name].get("required", False))
                self._value(there, provider, value, found[place, name]["schema"], nulls=place == "header")
        self._body(f"{where} request", provider, endpoint.request, operation.get("requestBody"))
        answer = operation["responses"].get(str(endpoint.statuses[0]))
        self._body(f"{where} response", provider, endpoint.response, answer)
        if 422 in endpoint.statuses:
            refusal = Value((Type("name", "HTTPValidationError"),))
            self._body(f"{where} 422", provider, refusal, operation["responses"].get("422"))

    def _compare_auth(self, where: str, provider: Provider, operation: dict[str, Any]) -> None:
        security = operation.get("security", self.document.get("security", []))
        names = [name for requirement in security for name in requirement]
        stated = provider.auth
        if self.report.same(f"{where} credential", [stated["name"]] if stated else [], names) and stated:
            scheme = self.document["components"]["securitySchemes"][stated["name"]]
            facts = {"type": scheme["type"]}
            facts |= {"header": scheme["name"]} if scheme["type"] == "apiKey" else {"scheme": scheme["scheme"]}
            self.report.same(f"{where} credential", {key: stated[key] for key in stated if key != "name"}, facts)

    def _body(self, where: str, provider: Provider, value: Value | None, body: dict[str, Any] | None) -> None:
        content = (body or {}).get("content", {})
        if self.report.same(f"{where} media types", ["application/json"] if value else [], list(content)) and value:
            self._value(where, provider, value, content["application/json"]["schema"])

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            keys = schema["$ref"].removeprefix("#/").split("/")
            if keys[:2] == ["components", "schemas"]:
                self.reached.add(keys[2])
            schema = self.document
            for key in keys:
                schema = schema[key]
        return schema

    def _value(self, where: str, provider: Provider, value: Value, schema: dict[str, Any], nulls: bool = True) -> None:
        schema = self._resolve(schema)
        variants = [self._resolve(one) for one in schema.get("anyOf", [schema])]
        others = [one for one in variants if one.get("type") != "null"]
        if nulls:
            self.report.same(f"{where} nullable", value.nullable, len(others) < len(variants))
        default = schema.get("default")
        self.report.same(f"{where} default", value.default, None if default == [] else default)
        if self.report.same(f"{where} number of types", len(value.types), len(others)):
            for stated, found in zip(value.types, others, strict=True):
                self._type(where, provider, stated, found)

    def _type(self, where: str, provider: Provider, stated: Type, schema: dict[str, Any]) -> None:
        same = self.report.same
        if stated.kind == "name":
            self._named(where, provider, stated.name, schema)
        elif stated.kind == "const":
            same(f"{where} const", stated.name, schema.get("const"))
        elif stated.kind == "list":
            if same(f"{where} type", "array", schema.get("type")):
                self._value(f"{where}[]", provider, stated.item, schema["items"])
        else:
            same(f"{where} type", FORMS[stated.kind], (schema.get("type"), schema.get("format")))
            same(f"{where} values", None, schema.get("enum", schema.get("const")))
            found = tuple(schema.get(key) for key in ("minLength", "maxLength", "pattern"))
            same(f"{where} limits", (stated.low, stated.high, stated.pattern), found)

    def _named(self, where: str, provider: Provider, name: str, schema: dict[str, Any]) -> None:
        provider.used.add(name)
        if name in provider.enums:
            values, found = provider.enums[name], schema.get("enum", [])
            if self.older:
                values = [one for one in values if one in found or f"{name}.{one}" not in provider.newer]
            self.report.same(f"{where} type", "string", schema.get("type"))
            self.report.same(f"{where} values of {name}", values, found)
        elif name in provider.unions:
            variants = provider.unions[name]
            mapping = schema.get("discriminator", {}).get("mapping", {})
            if self.report.same(f"{where} variants of {name}", sorted(variants), sorted(mapping)):
                for tag, variant in variants.items():
                    self._named(f"{where}({tag})", provider, variant, self._resolve({"$ref": mapping[tag]}))
        elif self.report.true(where, name in provider.schemas, f"facts.toml does not define {name}"):
            key = (provider.name, name, str(id(schema)))
            if key not in self._seen:
                self._seen.add(key)
                self._object(f"{self.label}: {provider.name} {name}", provider, name, schema)

    def _object(self, where: str, provider: Provider, name: str, schema: dict[str, Any]) -> None:
        self.report.same(f"{where} type", "object", schema.get("type"))
        fields, found = provider.schemas[name], schema.get("properties", {})
        if self.older:
            fields = {key: one for key, one in fields.items() if key in found or f"{name}.{key}" not in provider.newer}
        self.report.same(f"{where} fields", sorted(fields), sorted(found))
        self.report.same(f"{where} closed", name in provider.closed, schema.get("additionalProperties") is False)
        for key in fields.keys() & found.keys():
            self.report.same(f"{where}.{key} optional", fields[key].optional, key not in schema.get("required", []))
            self._value(f"{where}.{key}", provider, fields[key], found[key])
