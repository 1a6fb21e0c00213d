"""PostgreSQL with the member stamped on every transaction, lazily."""
