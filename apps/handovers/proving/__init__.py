"""Proof that custody is whole: invariants in plain SQL, and a synthetic year to try them on."""
