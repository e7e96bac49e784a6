"""`harness tasks lint`: proves by running it that a task measures what it says.

A task is code that lint runs with all your rights, so lint only folders and packages that you would also import.
"""

from tasks.lint.library import lint_folder, lint_library
from tasks.lint.report import Report, TaskReport, Tell

__all__ = ["Report", "TaskReport", "Tell", "lint_folder", "lint_library"]
