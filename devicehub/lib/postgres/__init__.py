"""Django's PostgreSQL engine that answers for a lost database at once. See base.py."""
