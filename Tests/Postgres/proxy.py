"""What is between a worker and its database."""

import socket
import threading


class Link:
    """A connection through a proxy, and whether something is held up on either way."""

    def __init__(self, client, server):
        self.client, self.server = client, server
        self.requests, self.replies = threading.Event(), threading.Event()
        self.requests.set()
        self.replies.set()

    def close(self):
        for end in (self.client, self.server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.requests.set()
        self.replies.set()


class Proxy:
    """What is between a worker and its database. It sees what is appended, for there is no TLS on this way.

    Silent, it passes nothing on and ends nothing: what is sent to it is acknowledged, and so are keep-alives.
    """

    def __init__(self, database):
        self.path = database.environment["PGHOST"] + "/.s.PGSQL." + database.environment["PGPORT"]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.links = []
        #: How many entries workers have sent.
        self.entries = 0
        self.trap = None
        self.caught = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self, state, what):
        """Holds up the next entry of a state: what is "requests", or "replies" if the server gets it, and only its answer
        is held up."""
        self.caught.clear()
        self.trap = (f'"state":"{state}"'.encode(), what)

    def pass_on(self):
        for link in list(self.links):
            link.requests.set()
            link.replies.set()

    def fall_silent(self):
        for link in list(self.links):
            link.requests.clear()
            link.replies.clear()

    def close(self):
        self.listener.close()
        for link in self.links:
            link.close()

    def _accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(self.path)
            except OSError:
                client.close()
                continue
            link = Link(client, server)
            self.links.append(link)
            threading.Thread(target=self._pump, args=(link, client, server, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(link, server, client, False), daemon=True).start()

    def _pump(self, link, source, target, is_request):
        try:
            while data := source.recv(65536):
                if is_request:
                    self._look(link, data)
                (link.requests if is_request else link.replies).wait()
                target.sendall(data)
        except OSError:
            pass
        # Whoever is silent does not say that it has ended either.
        (link.requests if is_request else link.replies).wait()
        link.close()

    def _look(self, link, data):
        self.entries += data.count(b'"state":"')
        if self.trap and self.trap[0] in data:
            getattr(link, self.trap[1]).clear()
            self.trap = None
            self.caught.set()
