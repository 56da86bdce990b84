"""Whom clients trust: in tests one authority of nobody, as some clients do not begin without any."""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

OF_THE_MACHINE: Mapping[str, str] = dict(os.environ)
"""The environment as it was found, for programs that fetch something public."""
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def write_nobody(folder: Path) -> None:
    """Write it where `SSL_CERT_DIR` leads, under the kind of name that is looked for there."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Nobody")])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(BEGIN)
        .not_valid_after(BEGIN + dt.timedelta(days=1))
        .sign(key, SHA256())
    )
    (folder / "00000000.0").write_bytes(certificate.public_bytes(Encoding.PEM))
