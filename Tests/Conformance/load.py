"""Drives the sandbox server with 200 connections at once.

    python load.py SANDBOX_URL [REQUESTS]

Each connection is kept and carries its share of the requests, by default 3200 in all: creates, lists and deletes of
every provider. Prints how many there were and how long they took. Exits with 1 when one failed or was answered with
another status than it should, and where a created key is not there in the end.
"""

import asyncio
import ssl
import sys
import time

import httpx

CONNECTIONS = 200
ORG, TEAM = "3c90c3cc-0d44-4b50-8888-8dd25736052a", "a1b9e2d4-5c3f-4e60-9a71-0f2d8c4b6e11"
TEAM_KEYS = f"/v1/org/{ORG}/team_api_keys/production/us"
JUNCTION = {"X-Management-Key": "mg_conformance"}
BASETEN = {"Authorization": "Api-Key conform1.baseten-conformance"}
NEKUDA = {"Authorization": "Bearer nekuda.conformance.jwt"}
TLS = ssl.create_default_context()  # never used, but httpx would read all certificates for each client


class Worker:
    """One connection."""

    def __init__(self, url: str, number: int) -> None:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
        self.client = httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False, verify=TLS)
        self.number = number
        self.count = 0
        self.errors: list[str] = []
        self.made: set[str] = set()

    async def call(self, method: str, path: str, status: int, **more: object) -> httpx.Response:
        """Sends one request and checks the status."""
        self.count += 1
        response = await self.client.request(method, path, **more)
        if response.status_code != status:
            self.errors.append(f"{method} {path}: {response.status_code} instead of {status}: {response.text[:200]}")
        return response

    async def run(self, rounds: int) -> None:
        """Makes and deletes keys, eight requests a round."""
        try:
            for turn in range(rounds):
                name = f"load {self.number} {turn}"
                body = {"label": name, "team_id": TEAM}
                self.made.add((await self.call("POST", TEAM_KEYS, 200, headers=JUNCTION, json=body)).json()["id"])
                gone = (await self.call("POST", TEAM_KEYS, 200, headers=JUNCTION, json=body)).json()["id"]
                await self.call("DELETE", f"{TEAM_KEYS}?api_key_id={gone}", 200, headers=JUNCTION)
                key = await self.call(
                    "POST", "/v1/api_keys", 200, headers=BASETEN, json={"type": "ROUTES", "name": name}
                )
                prefix = key.json()["api_key"].split(".")[0]
                await self.call("DELETE", f"/v1/api_keys/{prefix}", 200, headers=BASETEN)
                await self.call("POST", "/v1/api-keys", 422, json={"name": ""})
                key = await self.call("POST", "/api/v2/api-keys/", 201, headers=NEKUDA, json={"name": name})
                await self.call("DELETE", f"/api/v2/api-keys/{key.json()['id']}", 204, headers=NEKUDA)
        except (httpx.HTTPError, KeyError, ValueError) as error:
            self.errors.append(f"{type(error).__name__}: {error}")
        finally:
            await self.client.aclose()


async def listed(url: str) -> set[str]:
    """The ids of all team keys, page by page."""
    ids: set[str] = set()
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        cursor: str | None = None
        while True:
            params = {"next_cursor": cursor} if cursor else {}
            page = (await client.get(TEAM_KEYS, headers=JUNCTION, params=params)).json()
            ids |= {key["id"] for key in page["api_keys"]}
            cursor = page["next_cursor"]
            if cursor is None:
                return ids


async def main(url: str, requests: int) -> int:
    """Runs all connections at once; the result is the exit status."""
    workers = [Worker(url, number) for number in range(CONNECTIONS)]
    rounds = max(1, requests // (8 * CONNECTIONS))
    start = time.monotonic()
    await asyncio.gather(*(worker.run(rounds) for worker in workers))
    seconds = time.monotonic() - start
    errors = [error for worker in workers for error in worker.errors]
    lost = set().union(*(worker.made for worker in workers)) - await listed(url)
    for error in errors[:20]:
        print(f"FAILED {error}")
    count = sum(worker.count for worker in workers)
    print(
        f"load: {count} requests over {CONNECTIONS} connections in {seconds:.1f} s,"
        f" {len(errors)} errors, {len(lost)} keys lost"
    )
    return 1 if errors or lost or not count else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: load.py SANDBOX_URL [REQUESTS]")
    sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) == 3 else 3200)))
