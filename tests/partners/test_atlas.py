"""The map: whole countries, drawn by ourselves, few bytes."""

import re

from partners import atlas


def test_countries_are_marked_once_in_a_fixed_order():
    drawn = atlas.draw(["RW", "GT", "RW"])
    assert [mark.code for mark in drawn.marks] == ["GT", "RW"]
    assert all(mark.path.startswith("M") for mark in drawn.marks)


def test_a_country_that_the_map_lacks_has_no_mark_and_no_fault():
    assert atlas.draw(["ZZ"]).marks == []


def test_small_countries_have_a_thread_too():
    assert {mark.code for mark in atlas.draw(["MT", "SG", "BB"]).marks} == {"MT", "SG", "BB"}


def test_every_thread_lies_on_the_drawing():
    for start, row, length in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", atlas.draw([]).land):
        assert 0 <= float(start) <= float(start) + float(length) <= atlas.WIDTH
        assert 0 < float(row) < atlas.HEIGHT


def test_places_stand_where_they_are():
    guatemala, portugal, rwanda = atlas.draw(["GT", "PT", "RW"]).marks
    assert float(guatemala.x) < float(portugal.x) < float(rwanda.x)
    assert float(portugal.y) < float(guatemala.y) < float(rwanda.y)


def test_all_land_is_light():
    assert len(atlas.draw([]).land) < 6_500
