"""Forms are balanced, complementary and reproducible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import draw_form, library

TASKS = list(library().values())


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
@given(seed=st.integers(0, 10_000), pair=st.integers(0, 50))
def test_forms_come_in_balanced_complementary_pairs(task, seed, pair) -> None:
    first, second = draw_form(task, seed, 2 * pair), draw_form(task, seed, 2 * pair + 1)
    assert first == draw_form(task, seed, 2 * pair)
    assert set(first) == {i.id for i in task.twins}
    for name in first:
        assert {first[name], second[name]} == {"flawed", "clean"}
    critical = {i.id for i in task.twins if i.severity == "critical"}
    for form in (first, second):
        flawed = {name for name, twin in form.items() if twin == "flawed"}
        assert abs(2 * len(flawed) - len(form)) <= 1
        assert abs(2 * len(flawed & critical) - len(critical)) <= 1


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
def test_over_many_forms_each_item_is_flawed_half_of_the_time(task) -> None:
    forms = [draw_form(task, 7, index) for index in range(200)]
    for item in task.twins:
        assert sum(form[item.id] == "flawed" for form in forms) == 100
