"""The application: four providers at one origin, told apart by their real paths."""

from typing import Any

from fastapi import FastAPI

from . import baseten, imtegrate, junction_keys, junction_management, junction_teams, nekuda
from .paths import EncodedSlashes

PROVIDERS = (junction_keys, junction_management, junction_teams, baseten, imtegrate, nekuda)


class Application(FastAPI):
    """FastAPI, with a description that says what each provider declares."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document. Baseten declares status 200 alone, so the 422 that FastAPI adds is taken out there."""
        if self.openapi_schema is None:
            document = super().openapi()
            for path, operations in document["paths"].items():
                if path.startswith(baseten.PATHS):
                    for operation in operations.values():
                        operation["responses"].pop("422", None)
        return self.openapi_schema


def create_app() -> Application:
    """Build the application. There is no page besides the providers' own: everything else is FastAPI's 404 or 405."""
    app = Application(
        title="Conformance", version="1", redirect_slashes=False, openapi_url=None, docs_url=None, redoc_url=None
    )
    app.add_middleware(EncodedSlashes)
    for provider in PROVIDERS:
        app.include_router(provider.router)
    return app


app = create_app()
