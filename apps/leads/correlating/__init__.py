"""What members know in common: postings, links inside what one may see, blind signals.

`postings` is the one writer and `matching` the one reader of the keyed digests; everything else
sees ids, kinds and bands only (sharing.md 4.2, 4.3).
"""
