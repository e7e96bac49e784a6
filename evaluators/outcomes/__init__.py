"""The outcome and the correction grade of every item."""
