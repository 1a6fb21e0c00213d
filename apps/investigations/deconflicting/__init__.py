"""Deconfliction: a member holds a target, and nobody else takes it down or buys there unwarned."""
