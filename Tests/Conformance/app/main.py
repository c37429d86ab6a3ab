"""The application: the providers at one origin, told apart by their real paths, on FastAPI as it is by default."""

from importlib import import_module
from pathlib import Path

from fastapi import APIRouter, FastAPI

app = FastAPI(title="Conformance", version="1", openapi_url=None)
for path in sorted(Path(__file__).parent.glob("*.py")):
    router = None if path.stem == "main" else getattr(import_module(f"app.{path.stem}"), "router", None)
    if isinstance(router, APIRouter):
        app.include_router(router)
