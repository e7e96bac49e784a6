"""Scores under the rules of the house: checks, keys put right, scoring again over many sessions."""
