"""What a service is told: which index and model, who may ask and change, and how much one request may take."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field

SETTINGS = "TEXTVEC_SERVE_SETTINGS"
"""The environment variable that hands the settings to the workers, which are processes of their own."""
TOKEN = "TEXTVEC_TOKEN"  # noqa: S105  (the name of the variable)
"""The environment variable with the token: a command line is seen by all users of a machine, the environment is not."""
MIN_TOKEN_LENGTH = 16
"""Characters of a token: a shorter one could be guessed by asking."""


@dataclass(frozen=True)
class Limits:
    """How much one request may ask for; more is an error of the 4xx kind, which says the limit.

    Parameters
    ----------
    body_bytes : int
        Of what is sent.
    query_characters : int
        Of a query.
    text_characters : int
        Of a text to classify, or of a document to add.
    k : int
        Hits.
    texts : int
        Queries, texts or documents of one request.
    seconds : float
        From the headers of the request to the last byte of the answer. Changes of the index, once all of them has come,
        take as long as they take.
    concurrent : int
        Requests at the same time, of each worker.
    """

    body_bytes: int = 1 << 20
    query_characters: int = 2000
    text_characters: int = 100_000
    k: int = 1000
    texts: int = 100
    seconds: float = 10.0
    concurrent: int = 256


@dataclass(frozen=True)
class Settings:
    """What a service is told.

    Parameters
    ----------
    index : str or None
        The folder of an index.
    model : str or None
        A file of `textvec.save`, or the name of a model that comes with textvec.
    trusted : tuple of str
        The types that the file of the model may hold besides those that are safe, see `textvec.load`.
    writes : bool
        Whether documents may be added, replaced and deleted, by those who have the token.
    reads_need_token : bool
        Whether questions need it, too.
    token : str or None
        What `Authorization: Bearer` has to bring.
    hosts : tuple of str or None
        The names by which the service may be called; "*" is any. By default `run` goes by the address: where only
        this machine can ask, only its own names are answered, and elsewhere any; `create_app` alone answers any.
    access_log : bool
        Whether each request is told on standard error.
    limits : Limits
        How much one request may ask for.
    """

    index: str | None = None
    model: str | None = None
    trusted: tuple[str, ...] = ()
    writes: bool = False
    reads_need_token: bool = False
    token: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] | None = None
    access_log: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        if self.index is None and self.model is None:
            raise ValueError("There is nothing to serve: give an index, a model, or both.")
        if not (self.writes or self.reads_need_token):
            return
        if self.index is None and self.writes:
            raise ValueError("Without an index there is nothing to write to.")
        if not self.token:
            raise ValueError(f"A service that asks for a token needs one: set the environment variable {TOKEN}.")
        if len(self.token) < MIN_TOKEN_LENGTH or not self.token.isascii() or not self.token.isprintable():
            raise ValueError(
                f"The token in {TOKEN} must have at least {MIN_TOKEN_LENGTH} characters of ASCII, without line ends. A "
                'good one: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )

    def to_environment(self) -> dict[str, str]:
        """Return the environment variables of which `from_environment` makes these settings."""
        shown = dataclasses.asdict(self)
        token = shown.pop("token")
        return {SETTINGS: json.dumps(shown)} | ({} if token is None else {TOKEN: token})

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings that another process has put into the environment."""
        told = json.loads(os.environ[SETTINGS])
        limits = Limits(**told.pop("limits"))
        trusted, hosts = tuple(told.pop("trusted")), tuple(told.pop("hosts") or ("*",))
        return cls(**told, trusted=trusted, hosts=hosts, limits=limits, token=os.environ.get(TOKEN))
