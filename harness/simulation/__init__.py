"""Simulated candidates: they sit whole sessions and receive only the bytes that a browser receives."""

from harness.simulation.bank import Answer, Bank
from harness.simulation.browser import Browser, BrowserError, SimulatedClock
from harness.simulation.policies import POLICIES, Policy
from harness.simulation.simulate import simulate

__all__ = [
    "POLICIES",
    "Answer",
    "Bank",
    "Browser",
    "BrowserError",
    "Policy",
    "SimulatedClock",
    "simulate",
]
