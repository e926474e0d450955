"""Is the search any good? A judged set, and the measures of it on the database at hand: `python -m benchmarks.search`."""
