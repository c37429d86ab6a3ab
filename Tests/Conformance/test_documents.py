"""The documents are valid OpenAPI, and their examples fit their own schemas and have every member."""

import pytest
from conftest import DOCUMENTS
from models import validator
from openapi_spec_validator import validate


@pytest.mark.parametrize("provider", sorted(DOCUMENTS))
def test_the_document_is_valid(provider, count):
    validate(DOCUMENTS[provider])
    count("documents")


@pytest.mark.parametrize("provider", sorted(DOCUMENTS))
def test_examples_fit_their_schemas(provider, count):
    for name, schema in DOCUMENTS[provider]["components"]["schemas"].items():
        for number, example in enumerate(schema.get("examples", [])):
            validator(provider, name).validate(example)
            # The first one has every member that the schema names, and no other.
            if number == 0 and "oneOf" not in schema:
                assert set(example) == members(provider, schema), name
            count("examples")


def members(provider, schema):
    """The names of a schema's members."""
    if "$ref" in schema:
        schema = DOCUMENTS[provider]["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    names = set(schema.get("properties", {}))
    if "if" in schema:  # Baseten's request bodies: two members exclude one another
        names = set(schema["examples"][0])
    return names.union(*(members(provider, part) for part in schema.get("allOf", [])))
