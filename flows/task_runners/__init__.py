"""Where blocks are done: threads, processes, a Dask cluster or a Ray cluster."""
