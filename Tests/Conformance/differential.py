"""Sends the same requests to the FastAPI application and to the sandbox server, and compares what comes back.

    python differential.py APPLICATION_URL SANDBOX_URL

Both have to be freshly started: the requests create, change and delete keys on both sides alike. Status, the header
fields that say something, and the body have to be equal member by member, in the same order, apart from ids, dates and
secrets; these have to be of the same form, and one of the application's always stands for the same one of the
sandbox's.

Prints each difference that nobody expects, the known ones with their reason, and the number of requests. Exits with 1
for an unexpected difference, for a known one that is none any more, and where nothing was compared.
"""

import sys

from differentials import baseten, imtegrate, junction, nekuda, wire
from differentials.pair import Pair


def main(application: str, sandbox: str) -> int:
    """Runs all cases; the result is the exit status."""
    with Pair(application, sandbox) as pair:
        if not pair.are_fresh():
            print("differential: start both servers afresh", file=sys.stderr)
            return 1
        for cases in (junction, baseten, imtegrate, nekuda, wire):
            cases.run(pair)
    for difference in pair.unexpected:
        print(f"DIFFERENT {difference}")
    for known in pair.known:
        print(f"known difference: {known.case}: {known.reason}" + ("" if known.is_seen else " (NOT SEEN ANY MORE)"))
    stale = [known for known in pair.known if not known.is_seen]
    print(f"differential: {pair.count} requests, {len(pair.unexpected)} differences, {len(pair.known)} known ones")
    return 1 if pair.unexpected or stale or not pair.count else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: differential.py APPLICATION_URL SANDBOX_URL")
    sys.exit(main(sys.argv[1], sys.argv[2]))
