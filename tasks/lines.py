"""Where something stands in a YAML file."""

from __future__ import annotations

import yaml


def line_of(node: yaml.Node | None, keys: tuple[int | str, ...]) -> int | None:
    """The line, counted from 1, of the deepest key of `keys` that the composed file has; None if of none."""
    line: int | None = None
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            break
    return line
