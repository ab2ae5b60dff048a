"""Photos a second, stage by stage and end to end, beside the ways people do it: `python -m benchmarks.throughput`."""
