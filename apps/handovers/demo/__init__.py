"""A fictional alliance for demonstrations: its people, its cases, two weeks of its past."""
