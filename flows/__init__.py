"""Prefect flows: the thin skin that schedules, watches and resumes what recipegen does."""
