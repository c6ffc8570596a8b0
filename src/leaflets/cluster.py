"""The address of a Dask scheduler -> a crew: the same jobs on other machines. The only door to ``distributed``."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from typing import Any

from leaflets.errors import LeafletsError, Problem, ServiceError
from leaflets.workers import Crew

_ADDRESS = re.compile(r"(tcp|tls|ws|wss)://(?P<host>\[[0-9A-Fa-f:]+\]|[^/:\s]+):(?P<port>\d{1,5})")
_ENDLESS = 10**9
_WAIT = "20s"
_CERTIFICATES = (
    "DASK_DISTRIBUTED__COMM__TLS__CA_FILE, …__TLS__CLIENT__CERT and …__TLS__CLIENT__KEY, or Dask's own files"
)


def cluster_crew(address: str, timeout: float = 0.0) -> Crew:
    """The workers of a scheduler. Raises ServiceError when it does not answer or has no workers.

    Args:
        address: as ``tcp://host:8786``, or ``tls://`` with the certificates that Dask's configuration names.
        timeout: seconds that one leaflet may take.
    """
    try:
        from distributed import Client
    except ImportError as error:
        hint = "pip install 'leaflets[dask]'"
        raise ServiceError(Problem("no-dask", "building on a cluster needs Dask", hint=hint)) from error
    for name in ("distributed", "tornado", "asyncio"):
        # What they log of a lost connection is a traceback; what it means is said by `_ClusterPool`.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    where = _ADDRESS.fullmatch(address)
    try:
        if not where:
            raise ValueError("an address is written as tcp://host:8786")
        _check_certificates(address)
        # Asked first: its own client waits for long, and leaves much behind when nobody answers.
        socket.create_connection((where["host"].strip("[]"), int(where["port"])), 5).close()
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout=_WAIT, set_as_default=False
        )
        threads = sum(client.nthreads().values())
    except (OSError, ValueError, OverflowError) as error:
        hint = "start one with: dask scheduler; and on each machine: dask worker ADDRESS --nworkers N --nthreads 1"
        if _is_encrypted(address):
            hint = f"{hint}; its certificates come from {_CERTIFICATES}"
        message = f"no Dask scheduler answers at {address}: {error}"
        raise ServiceError(Problem("no-cluster", message, hint=hint)) from error
    if not threads:
        hint = f"start some on each machine: dask worker {address} --nworkers N --nthreads 1"
        raise ServiceError(Problem("no-workers", f"the scheduler at {address} has no workers", hint=hint))
    return Crew(lambda _workers: _ClusterPool(client, address), threads, _ENDLESS, timeout)


def _is_encrypted(address: str) -> bool:
    return address.startswith(("tls://", "wss://"))


def _check_certificates(address: str) -> None:
    """Say at once what Dask's own client says by a traceback, after forty seconds. Raises ValueError, OSError."""
    from distributed.security import Security

    security: Any = Security()  # type: ignore[no-untyped-call]
    given = security.get_connection_args("client")
    if _is_encrypted(address) and given["ssl_context"] is None:
        raise ValueError("no certificates are named for it")
    if security.require_encryption and not _is_encrypted(address):
        raise ValueError("the configuration of Dask asks for encryption, as with tls://")


class _ClusterPool(Executor):
    """Dask's own executor, with its ways to fail told in the words of the standard library."""

    def __init__(self, client: Any, address: str) -> None:
        self._pool = client.get_executor(pure=False)
        self._address = address

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        answer: Future[Any] = Future()
        try:
            asked = self._pool.submit(fn, *args, **kwargs)
        except (OSError, RuntimeError) as error:
            raise self._gone(error) from error
        asked.add_done_callback(lambda done: self._pass_on(done, answer))
        return answer

    def _pass_on(self, done: Future[Any], answer: Future[Any]) -> None:
        from distributed.scheduler import KilledWorker

        try:
            answer.set_result(done.result())
        except KilledWorker as error:
            answer.set_exception(BrokenExecutor(str(error)))
        except LeafletsError as error:
            answer.set_exception(error)
        except (CancelledError, OSError, ImportError) as error:
            answer.set_exception(self._gone(error))
        except Exception as error:
            answer.set_exception(error)

    def _gone(self, error: BaseException) -> ServiceError:
        if isinstance(error, ImportError):
            message = f"a worker of {self._address} cannot load leaflets: {error}"
            return ServiceError(Problem("no-workers", message, hint="install the same version there"))
        message = f"the cluster at {self._address} does not answer any more: {type(error).__name__}"
        hint = "what was built is kept: the same command goes on where it stopped"
        return ServiceError(Problem("cluster-gone", message, hint=hint))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait=False)
