"""Drives the sandbox server with 200 connections at once.

Each connection is kept and carries its share of the requests: creates, lists and deletes of every provider. A problem
is a request that failed or was answered with another status than it should, and a created key that is not there in the
end.
"""

import asyncio
import ssl
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


async def run(url: str, requests: int) -> tuple[int, list[str]]:
    """Runs all connections at once; returns how many requests there were and what went wrong."""
    workers = [Worker(url, number) for number in range(CONNECTIONS)]
    start = time.monotonic()
    await asyncio.gather(*(worker.run(max(1, requests // (8 * CONNECTIONS))) for worker in workers))
    seconds = time.monotonic() - start
    problems = [error for worker in workers for error in worker.errors]
    problems += [f"lost: {key}" for key in set().union(*(worker.made for worker in workers)) - await listed(url)]
    count = sum(worker.count for worker in workers)
    print(f"load: {count} requests over {CONNECTIONS} connections in {seconds:.1f} s")
    return count, problems[:20]
