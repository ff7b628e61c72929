"""Tables of media: pictures, the consents that they rest on, and what is to be removed."""

from .consents import ConsentRecord, Withdrawal
from .pictures import Doomed, Picture, Upload

__all__ = ["ConsentRecord", "Doomed", "Picture", "Upload", "Withdrawal"]
