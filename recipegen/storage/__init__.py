"""Where a run is kept: whole files, on a disk or in an object store, and one process at a time."""
