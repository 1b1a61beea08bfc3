"""How the work uses this machine: processes, threads and memory."""
