"""What runs inside the sandbox. It goes in as compiled files of its own and imports nothing of the project.

Nothing here is trusted: candidate code shares the process. What counts is decided by the parent.
"""
