"""What may be a reaction: one emoji, as people type it."""

import re

# Offered with one click; any other emoji is as good.
PICKER = ("👍", "✅", "👀", "❓", "🙏", "🎉", "❌", "🕐")

_BASE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f004-\U0001f1e5\U0001f200-\U0001faff]"
)
_DRESSED = f"{_BASE}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
_ONE = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_DRESSED}(?:\u200d{_DRESSED})*"
)
MAX_LENGTH = 24


def is_one(text: object) -> bool:
    """Whether the text is one emoji and nothing else."""
    return isinstance(text, str) and len(text) <= MAX_LENGTH and bool(_ONE.fullmatch(text))
