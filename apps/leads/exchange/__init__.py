"""Leads that leave as files: STIX 2.1, MISP, tables and lines, of what the exporter may read.

`formats` is pure, `exporting` decides what is in a file and whether it may still be delivered.
"""
