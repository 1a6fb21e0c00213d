"""The briefing said to one reader: in his language, his zone and the other party's, at his level.

Stored are facts and UTC; everything here is made when it is read and kept nowhere.
"""

from apps.handovers.rendering.briefings import Rendered, render
from apps.handovers.rendering.reader import briefing_for, target_of
from apps.handovers.rendering.times import Clock, Times

__all__ = ["Clock", "Rendered", "Times", "briefing_for", "render", "target_of"]
