"""How often an address may do something: counted in the cache, which may forget."""

import logging
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def client_network(request: HttpRequest) -> str:
    """Return the address that asks, an IPv6 one as its /64: one line has as many as it likes.

    Behind our own proxies it is what the outermost of them has seen: each appends to
    X-Forwarded-For whom it heard, so what a client wrote there stands further left.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(told) >= settings.TRUSTED_PROXIES and told[-settings.TRUSTED_PROXIES]:
            seen = told[-settings.TRUSTED_PROXIES]
    try:
        address = ip_address(seen)
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)


def client_range(request: HttpRequest) -> str:
    """Return the neighbourhood of the address that asks: its /24, of IPv6 its /48."""
    seen = client_network(request)
    if seen == "unknown":
        return seen
    network = ip_network(seen)
    return str(network.supernet(new_prefix=24 if network.version == 4 else 48))


def uses(key: str, *, seconds: int) -> int:
    """Count one use of `key` and return how many there were since the first within `seconds`.

    Counts in the cache; a cache that is away counts nothing.
    """
    name = f"rate:{key}"
    try:
        cache.add(name, 0, seconds)
        return int(cache.incr(name))
    except (OSError, ValueError, ConnectionError):
        return 0
    except Exception:
        # redis-py's own errors do not derive from OSError; shoppers must not pay for them.
        logging.getLogger(__name__).warning("rate.cache_away")
        return 0


def too_many(request: HttpRequest, *, key: str, limit: int, seconds: int) -> bool:
    """Say whether this address has used `key` more than `limit` times in `seconds`.

    A cache that is away lets everybody through.
    """
    return uses(f"{key}:{client_network(request)}", seconds=seconds) > limit
