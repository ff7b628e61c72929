"""PostgreSQL and Valkey from wheels, and what `make run` runs."""
