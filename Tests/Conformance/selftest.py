"""Drives the application in process: every call, every refusal it makes, every constraint of its schemas.

Prints each failure and the number of checks. Exits with 1 when one failed or nothing was checked.
"""

import asyncio
import sys

import httpx

from app.main import create_app
from selftests import baseten, imtegrate, junction, nekuda
from selftests.caller import Caller, Checks


async def main() -> int:
    """Run the providers' checks one after the other; the result is the exit status."""
    checks = Checks()
    transport = httpx.ASGITransport(create_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for provider in (junction, baseten, imtegrate, nekuda):
            await provider.check(Caller(client, checks))
    for failure in checks.failures:
        print(f"FAILED {failure}")
    print(f"selftest: {checks.count} checks, {len(checks.failures)} failures")
    return 1 if checks.failures or not checks.count else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
