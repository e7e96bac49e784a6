"""What a task is: schema, loader, draws, forms, taxonomy, rubric, lint. `library/` holds the tasks."""

from tasks.draw import Drawn, draw, fill, renderings
from tasks.form import Behaviour, Form, Twin, draw_behaviours, draw_form
from tasks.loader import TaskError, library, load_task, task_folders, task_named, usable
from tasks.schema import Detector, Filler, Item, NumberCheck, Replies, Step, Task, Topic
from tasks.taxonomy import FAMILIES, HARMLESS
from tasks.versions import Kept, nothing_kept, pack, version_of

__all__ = [
    "FAMILIES",
    "HARMLESS",
    "Behaviour",
    "Detector",
    "Drawn",
    "Filler",
    "Form",
    "Item",
    "Kept",
    "NumberCheck",
    "Replies",
    "Step",
    "Task",
    "TaskError",
    "Topic",
    "Twin",
    "draw",
    "draw_behaviours",
    "draw_form",
    "fill",
    "library",
    "load_task",
    "nothing_kept",
    "pack",
    "renderings",
    "task_folders",
    "task_named",
    "usable",
    "version_of",
]
