"""What delivery costs. Pure: one flat rate for a parcel, wherever it goes."""


def flat(rate: int, *, pieces: int) -> int:
    """Return the delivery of `pieces` in one parcel, in minor units; nothing for no piece."""
    return rate if pieces else 0
