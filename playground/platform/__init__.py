"""A stand-in for the platform's API on this machine, to try the whole pipeline with before the key arrives.

It serves any landing folder as the API does (order, bounds, page cap, both logins, rate limits) and can be told to
misbehave in every way that the API is known to.
"""

from playground.platform.behavior import Behavior
from playground.platform.faults import Faults
from playground.platform.server import StandIn
from playground.platform.shelf import Shelf

__all__ = ["Behavior", "Faults", "Shelf", "StandIn"]
