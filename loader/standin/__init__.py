"""A stand-in for the platform's API on this machine, to try the whole pipeline with before the key arrives.

It serves any landing folder as the API does (order, bounds, page cap, both logins, rate limits) and can be told to
misbehave in every way that the API is known to.
"""

from loader.standin.faults import Faults
from loader.standin.server import Manners, StandIn
from loader.standin.shelf import Shelf

__all__ = ["Faults", "Manners", "Shelf", "StandIn"]
