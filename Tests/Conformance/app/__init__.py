"""A FastAPI application that plays the four providers at one origin, for the conformance checks."""

from . import paths as _paths  # registers the convertor that every path names, before any of them is read
