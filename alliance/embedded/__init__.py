"""PostgreSQL and Redis from wheels, started by ourselves, for one machine and for tests."""
