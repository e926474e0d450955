"""Is the search any good? A judged set and its measures on the database at hand: `python -m benchmarks.search`."""
