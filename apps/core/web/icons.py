"""The line drawings of the product: 24 by 24, one stroke; severities 12 by 12."""

ICONS = {
    "board": (
        '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>'
    ),
    "leads": '<path d="M4 13 6.5 5h11L20 13v6H4zM4 13h5l1.5 2.5h3L15 13h5"/>',
    "cases": '<path d="M4 7h16v12H4zM9 7V4.5h6V7M4 12h16"/>',
    "handovers": '<path d="M4 8h13l-3-3M20 16H7l3 3"/>',
    "coverage": '<path d="M4 5h16v15H4zM4 10h16M8 3v4M16 3v4M9 14h2M14 14h2"/>',
    "desks": '<path d="M4 20V9l8-5 8 5v11M9 20v-6h6v6"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M3 20c0-4 3-6 6-6s6 2 6 6M15.5 5.5a3 3 0 0 1'
        ' 0 5.5M17 14.5c2.5.7 4 2.5 4 5.5"/>'
    ),
    "settings": (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 '
        '2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>'
    ),
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="m20 20-4.5-4.5"/>',
    "chevron": '<path d="m8 10 4 4 4-4"/>',
    "arrow": '<path d="M5 12h14M14 7l5 5-5 5"/>',
    "theme": (
        '<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentColor"/>'
    ),
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5M12 8v.01"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "up": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "play": '<path d="M8 5.5v13l10-6.5z"/>',
    "lock": '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "copy": '<path d="M12 4v11M7.500 11 12 15.500 16.500 11M5 19.500h14"/>',
    "translate": '<path d="M4 6h9M8.500 4v2M11 6c-1 4-3.500 6.500-7 8M13 20l4-9 4 9M14.500 17h5"/>',
    "file": '<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "alert": '<path d="M12 4 21.5 20h-19zM12 10v5M12 17.5v.01"/>',
    "out": '<path d="M14 4h6v16h-6M4 12h11M11 8l4 4-4 4"/>',
    "undo": '<path d="M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6"/>',
    "moon": '<path d="M19 14A8 8 0 0 1 10 5a8 8 0 1 0 9 9z"/>',
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 '
        '7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>'
    ),
    "offline": (
        '<path d="M3 3l18 18M8.5 15.5a5 5 0 0 1 6-.8M5 12a10 10 0 0 1 4-2.5M19 12a10 10 0 0 '
        '0-4.5-2.8M12 19v.01"/>'
    ),
    "reply": '<path d="M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 7"/>',
    "thread": '<path d="M5 5h14v10h-7l-4 4v-4H5zM9 9h6M9 11.5h4"/>',
    "pin": '<path d="M9 4h6l-1 6 3 3v1.5H7V13l3-3zM12 14.5V20"/>',
    "edit": '<path d="M5 19l1-4L16 5l3 3L9 18zM14 7l3 3"/>',
    "bin": '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l1 13h8l1-13M10.5 10.5v6M13.5 10.5v6"/>',
    "smile": (
        '<circle cx="12" cy="12" r="9"/><path d="M8.5 14a4.5 4.5 0 0 0 7 0M9 9.5v.01M15 9.5v.01"/>'
    ),
    "more": '<path d="M6 12h.01M12 12h.01M18 12h.01"/>',
    "clip": '<path d="m19 11-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4L13 4.3a3 3 0 0 1 4.2 4.2l-7.6 7.6"/>',
    "rooms": '<path d="M4 5h12v8H9l-3 3v-3H4zM18 9h2v8h-1v3l-3-3h-5v-1.5"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
}
SEVERITY = {
    "urgent": '<path d="M6 .8 11.6 11H.4z" fill="currentColor"/>',
    "watch": (
        '<path d="M6 .8 11.2 6 6 11.2.8 6z" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    ),
    "stable": '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.8"/>',
}
