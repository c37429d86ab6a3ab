"""A FastAPI application that plays the four providers at one origin, for the conformance checks."""
