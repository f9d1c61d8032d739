"""APScheduler: a tick, nothing else."""
