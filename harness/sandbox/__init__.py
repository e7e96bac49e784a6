"""Candidate code, run where it can do no harm and cannot forge a result."""

from harness.sandbox.absent import AbsentSandbox
from harness.sandbox.diagnosis import Finding, diagnose
from harness.sandbox.files import FileRefused
from harness.sandbox.find import find_sandbox
from harness.sandbox.interface import Candidate, CandidateError, CandidateGone, Candidates, Handle, Sandbox
from harness.sandbox.limits import Limits
from harness.sandbox.result import Result, TestResult
from harness.sandbox.tier import Tier

__all__ = [
    "AbsentSandbox",
    "Candidate",
    "CandidateError",
    "CandidateGone",
    "Candidates",
    "FileRefused",
    "Finding",
    "Handle",
    "Limits",
    "Result",
    "Sandbox",
    "TestResult",
    "Tier",
    "diagnose",
    "find_sandbox",
]
