"""Search in a catalogue, beside raw FAISS, usearch and LanceDB: `python -m benchmarks.search`."""
