"""Accounts of messengers: a handle, a number, or the address of the account."""

import re
from typing import Final

from apps.leads.normalise.cleaning import clean
from apps.leads.normalise.contacts import read_phone
from apps.leads.normalise.model import QQ, TELEGRAM, WECHAT, WHATSAPP, Selector, selector
from apps.leads.normalise.urls import WebAddress, parse_address

_LABELS: Final = {
    WECHAT: r"(?:we ?chat|weixin|wx|vx|微信号?)(?: ?id)?",
    QQ: r"(?:qq|扣扣)(?:号|號)?",
    TELEGRAM: r"(?:telegram|tg|电报|電報)",
    WHATSAPP: r"(?:whats ?app|wa)",
}
_LABEL: Final = {
    kind: re.compile(rf"\s*{label}\s*(?:[:=]\s*|\s+)(?=\S)", re.IGNORECASE)
    for kind, label in _LABELS.items()
}
_SHAPES: Final = {
    # Digits alone are a QQ or telephone number by which the account may be found, no account.
    WECHAT: re.compile(r"[a-z][a-z0-9_-]{5,19}"),
    QQ: re.compile(r"[1-9][0-9]{4,10}"),
    TELEGRAM: re.compile(r"[a-z][a-z0-9_]{3,30}[a-z0-9]"),
}
_TELEGRAM_HOSTS: Final = frozenset({"t.me", "telegram.me", "telegram.dog"})
_WHATSAPP_HOSTS: Final = frozenset({"wa.me", "api.whatsapp.com", "web.whatsapp.com"})
HOSTS: Final = _TELEGRAM_HOSTS | _WHATSAPP_HOSTS
# Paths of the site itself, which no account can have as its name.
_SITE: Final = (
    "joinchat addstickers addemoji addtheme addlist share proxy socks setlanguage login iv contact"
    " invoice confirmphone boost giftcode"
)
_NO_ACCOUNTS: Final = frozenset(_SITE.split())


def read_account(kind: str, raw: object, country: str | None = None) -> Selector | None:
    """The account of this messenger, or None where it is not surely one."""
    text = clean(raw)
    if text is None:
        return None
    plain = _LABEL[kind].sub("", text, count=1).strip()
    address = parse_address(plain) if "/" in plain else None
    if address is not None:
        found = account_at(address, raw=text)
        return found if found and found.kind == kind else None
    if kind == WHATSAPP:
        return _whatsapp(plain, raw=text, country=country)
    norm = plain.removeprefix("@").lower() if kind == TELEGRAM else plain.lower()
    return selector(kind, norm, raw=text) if _SHAPES[kind].fullmatch(norm) else None


def account_at(address: WebAddress, *, raw: str) -> Selector | None:
    """The account that an address of a messenger names; invitations name none."""
    parts = address.path.strip("/").split("/")
    if address.host in _TELEGRAM_HOSTS:
        name = (parts[1] if parts[0] == "s" and len(parts) > 1 else parts[0]).lower()
        is_account = name not in _NO_ACCOUNTS and _SHAPES[TELEGRAM].fullmatch(name)
        return selector(TELEGRAM, name, raw=raw) if is_account else None
    if address.host in _WHATSAPP_HOSTS:
        digits = parts[0] if address.host == "wa.me" else address.parameter("phone")
        digits = digits.removeprefix("%2B").removeprefix("+").strip()
        return _whatsapp(f"+{digits}", raw=raw) if digits.isdecimal() else None
    return None


def _whatsapp(text: str, *, raw: str, country: str | None = None) -> Selector | None:
    phone = read_phone(text, country)
    return selector(WHATSAPP, phone.norm, raw=raw) if phone else None
