"""Refusals in Stripe's shape. Source: docs.stripe.com/api/errors."""

from typing import Any

INVALID = "invalid_request_error"


class ApiError(Exception):
    """A refusal that the caller sees as Stripe's error object."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = INVALID,
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.fields = {"code": code, "param": param, **more, "message": message, "type": kind}

    def body(self) -> dict[str, Any]:
        """Return the JSON object that Stripe would answer with."""
        error = {name: value for name, value in self.fields.items() if value is not None}
        if "code" in error:
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{error['code']}"
        return {"error": error}


class CardError(ApiError):
    """A card was declined: what the try left behind stays."""

    def __init__(self, message: str, *, code: str, **more: Any) -> None:
        super().__init__(message, status=402, kind="card_error", code=code, **more)


def missing(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> ApiError:
    """Return Stripe's answer for an id that it does not know."""
    return ApiError(
        f"No such {kind}: '{object_id}'", status=status, code="resource_missing", param=param
    )


def unsupported(param: str, *, why: str) -> ApiError:
    """Return the refusal of something that Stripe takes and the stand-in does not imitate.

    Ignoring it silently would let code pass here that behaves otherwise at Stripe.
    """
    return ApiError(
        f"The stand-in does not imitate `{param}`: {why}", code="stand_in_unsupported", param=param
    )
