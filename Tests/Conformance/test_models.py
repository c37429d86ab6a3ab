"""The Swift models take what the schemas take, and write what the schemas take."""

import json

from conftest import DOCUMENTS, swift_tests
from models import changes, enumerations, schemas, validator


def test_the_models_agree_with_the_schemas(tmp_path, count):
    cases = []
    for provider, document in sorted(DOCUMENTS.items()):
        for schema in schemas(provider):
            for number, example in enumerate(document["components"]["schemas"][schema]["examples"]):
                case = {"provider": provider, "schema": schema}
                cases.append({**case, "change": f"example {number}", "json": json.dumps(example), "isAccepted": True})
                for change, value, accepted in changes(provider, schema, example):
                    cases.append({**case, "change": change, "json": json.dumps(value), "isAccepted": accepted})
    enums = {provider: enumerations(provider) for provider in DOCUMENTS}
    (tmp_path / "cases.json").write_text(json.dumps({"cases": cases, "enumerations": enums}), encoding="utf-8")
    swift_tests("http://127.0.0.1:9", "ModelTests", CONFORMANCE_MODELS=str(tmp_path))

    written = json.loads((tmp_path / "written.json").read_text(encoding="utf-8"))
    examples = [case for case in cases if case["change"].startswith("example")]
    assert len(written) == len(examples)
    for case, text in zip(examples, written, strict=True):
        validator(case["provider"], case["schema"]).validate(json.loads(text))
    count("model changes", len(cases))
    count("model changes refused", sum(not case["isAccepted"] for case in cases))
