"""A throw-away certificate authority and the certificates of the peers, good and bad."""

import base64
import datetime
import hashlib
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("two-addresses.test")]
DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.now(datetime.timezone.utc)


class Authority:
    """Signs certificates; its own is what a client has to trust."""

    def __init__(self, name: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            self._builder(self.name, self.key.public_key(), NOW + DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, end: datetime.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - 30 * DAY)
            .not_valid_after(end)
        )

    def pem(self) -> bytes:
        """The authority's own certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, names: list[x509.GeneralName], end: datetime.datetime) -> bytes:
        """A server's certificate together with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "peer")])
        certificate = (
            self._builder(subject, key.public_key(), end)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def pin(pem: bytes) -> str:
    """The public key of a certificate as curl pins it."""
    key = x509.load_pem_x509_certificate(pem).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def write(folder: Path) -> dict[str, Path]:
    """Make every certificate; the authority to trust goes to ca.pem, a client's certificate and key to client*.pem, and
    the pin of the trusted peer's key to trusted.pin."""
    trusted, other = Authority("Throw-away CA"), Authority("Nobody's CA")
    (folder / "ca.pem").write_bytes(trusted.pem())
    certificates = {
        "trusted": trusted.issue(NAMES, NOW + DAY),
        "untrusted": other.issue(NAMES, NOW + DAY),
        "expired": trusted.issue(NAMES, NOW - DAY),
        "wrong name": trusted.issue([x509.DNSName("elsewhere.test")], NOW + DAY),
    }
    client = trusted.issue([x509.DNSName("client.test")], NOW + DAY)
    certificate, begin, key = client.partition(b"-----BEGIN PRIVATE KEY-----")
    (folder / "client.pem").write_bytes(certificate)
    (folder / "client-key.pem").write_bytes(begin + key)
    (folder / "client-both.pem").write_bytes(client)
    (folder / "trusted.pin").write_text(pin(certificates["trusted"]), encoding="ascii")
    paths = {}
    for name, pem in certificates.items():
        paths[name] = folder / f"{name.replace(' ', '-')}.pem"
        paths[name].write_bytes(pem)
    return paths


def context(certificate: Path, protocols: list[str], clients: Path | None = None) -> ssl.SSLContext:
    """What a peer with this certificate accepts connections with: from anyone, or from whom an authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    context.set_alpn_protocols(protocols)
    return context
