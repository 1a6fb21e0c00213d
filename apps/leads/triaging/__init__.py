"""Deciding about leads: what comes first, what is looked for again, what many share."""
