"""What the addresses of marketplaces look like: a table, one entry per platform.

The country domains of a platform are one namespace. A rule reads an identifier either out of
"host/path" or out of a query parameter of a page whose "host/path" it recognises. Identifiers are
folded to lower case only where the platform itself does not tell the cases apart.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from apps.leads.normalise.model import LISTING, SHOP

_FLAGS: Final = re.IGNORECASE | re.ASCII
_DIGITS: Final = r"[0-9]{1,20}"
_NAME: Final = r"[\w.%+-]{1,80}"
_COUNTRY_LETTERS: Final = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """Where an identifier stands: named groups of the pattern, or one of the query keys."""

    kind: str
    pattern: re.Pattern[str]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Platform:
    name: str
    domains: tuple[str, ...]
    rules: tuple[Rule, ...]
    listing_shape: re.Pattern[str]
    shop_shape: re.Pattern[str]
    fold_listing: Callable[[str], str] = str.lower
    fold_shop: Callable[[str], str] = str.lower
    home: str = ""
    market: re.Pattern[str] | None = None
    query_keys: frozenset[str] = field(init=False, default=frozenset())
    rules_of: dict[str, tuple[Rule, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        keys = frozenset(key for rule in self.rules for key in rule.keys)
        object.__setattr__(self, "query_keys", keys)
        for kind in (LISTING, SHOP):
            self.rules_of[kind] = tuple(rule for rule in self.rules if rule.kind == kind)

    def market_in(self, place: str) -> str:
        """The country that the platform writes in "host/path" itself, where it does."""
        sign = self.market.match(place) if self.market else None
        return _country(sign["market"]) if sign else ""

    def market_of_domain(self, domain: str) -> str:
        """The country of the domain, else the home of the platform."""
        last = domain.rpartition(".")[2]
        return _country(last) if len(last) == _COUNTRY_LETTERS else self.home

    def identifier(self, kind: str, written: str) -> str | None:
        """The identifier as the platform compares it; None where it can't be one."""
        shape = self.listing_shape if kind == LISTING else self.shop_shape
        fold = self.fold_listing if kind == LISTING else self.fold_shop
        return fold(written) if shape.fullmatch(written) else None


def _country(letters: str) -> str:
    return "GB" if letters.lower() == "uk" else letters.upper()


def _at(kind: str, pattern: str, *keys: str) -> Rule:
    return Rule(kind, re.compile(pattern, _FLAGS), keys)


def _platform(
    name: str,
    domains: str,
    *rules: Rule,
    listing: str = _DIGITS,
    shop: str = _NAME,
    fold_listing: Callable[[str], str] = str.lower,
    fold_shop: Callable[[str], str] = str.lower,
    home: str = "",
    market: str = "",
) -> Platform:
    shapes = re.compile(listing, _FLAGS), re.compile(shop, _FLAGS)
    sign = re.compile(market, _FLAGS) if market else None
    folds = fold_listing, fold_shop
    return Platform(name, tuple(domains.split()), rules, *shapes, *folds, home, sign)


_NO_SHOP_HOST: Final = (
    r"(?!(?:www|m|item|items|detail|detail\.m|s|list|search|login|shop|world|a\.m|h5|h5\.m|market"
    r"|pages|page|sale|buyer|cart|trade|order|click|uland|ai|mobile|cloud|global|login\.m|air"
    r"|work|winport|dj|offer|show|factory|gonghuo|chaoshi|miao|sell|fuwu|i|my|member|rate|store"
    r"|intl|huodong|guang|seller|open|help|service|passport|img|imgs|e|r|c)\.)"
)
_STORE_HOST: Final = rf"{_NO_SHOP_HOST}(?P<id>[\w-]{{1,60}})(?:\.(?:m|world|en))?"

_CHINESE: Final = (
    _platform(
        "taobao",
        "taobao.com",
        _at(LISTING, r"(?:item|h5\.m|m\.intl|world)\.taobao\.com/.*(?:item|detail)\.html?", "id"),
        _at(LISTING, rf"a\.m\.taobao\.com/i(?P<id>{_DIGITS})\.htm"),
        _at(LISTING, rf"world\.taobao\.com/item/(?P<id>{_DIGITS})\.htm"),
        _at(SHOP, rf"shop(?P<id>{_DIGITS})(?:\.m|\.world)?\.taobao\.com/"),
        _at(SHOP, r"shop\.m\.taobao\.com/shop/", "shop_id", "shopId"),
        _at(SHOP, rf"(?!shop[0-9]+\.){_STORE_HOST}\.taobao\.com/(?:index\.htm|shop/|$)"),
        home="CN",
    ),
    _platform(
        "tmall",
        "tmall.com tmall.hk",
        _at(LISTING, r"(?:detail|detail\.m|chaoshi\.detail|world)\.tmall\.(?:com|hk)/", "id"),
        _at(SHOP, rf"{_STORE_HOST}\.tmall\.(?:com|hk)/(?:index\.htm|shop/|search\.htm|$)"),
        home="CN",
    ),
    _platform(
        "1688",
        "1688.com",
        _at(LISTING, rf"(?:detail|m|detail\.m)\.1688\.com/offer/(?P<id>{_DIGITS})\.html"),
        _at(LISTING, r"(?:detail|detail\.m|m)\.1688\.com/.*offer", "offerId"),
        _at(SHOP, rf"m\.1688\.com/winport/(?P<id>{_NAME}?)(?:\.html|/|$)"),
        _at(SHOP, rf"{_STORE_HOST}\.1688\.com/"),
        home="CN",
    ),
    _platform(
        "jd",
        "jd.com jd.hk jd.co.th",
        _at(LISTING, rf"(?:item|npcitem)\.jd\.(?:com|hk)/(?P<id>{_DIGITS})\.html"),
        _at(LISTING, rf"item\.m\.jd\.(?:com|hk)/(?:product|ware)/(?P<id>{_DIGITS})\.html"),
        _at(LISTING, r"item\.m\.jd\.(?:com|hk)/ware/", "wareId"),
        _at(SHOP, rf"mall\.jd\.(?:com|hk)/index-(?P<id>{_DIGITS})\.html"),
        _at(SHOP, r"shop\.m\.jd\.(?:com|hk)/", "shopId"),
        shop=_DIGITS,
        home="CN",
    ),
    _platform(
        "pinduoduo",
        "pinduoduo.com yangkeduo.com",
        _at(LISTING, r"[\w.]+\.com/goods[0-9]?\.html", "goods_id"),
        _at(SHOP, r"[\w.]+\.com/mall_page\.html", "mall_id"),
        shop=_DIGITS,
        home="CN",
    ),
    _platform(
        "weidian",
        "weidian.com",
        _at(LISTING, r"[\w.]*weidian\.com/(?:item|fastorder)\.html", "itemID", "itemId"),
        _at(SHOP, r"[\w.]*weidian\.com/", "userid"),
        _at(SHOP, rf"shop(?P<id>{_DIGITS})\.v\.weidian\.com/"),
        shop=_DIGITS,
        home="CN",
    ),
    _platform(
        "goofish",
        "goofish.com",
        _at(LISTING, r"[\w.]*goofish\.com/item/?$", "id", "itemId"),
        _at(SHOP, r"[\w.]*goofish\.com/personal/?$", "userId"),
        shop=_DIGITS,
        home="CN",
    ),
)

_WORLDWIDE: Final = (
    _platform(
        "aliexpress",
        "aliexpress.com aliexpress.us aliexpress.ru",
        _at(LISTING, rf"[^/]+/(?:item|i)/(?:[^/]+/)?(?P<id>{_DIGITS})(?:\.html|/|$)"),
        _at(SHOP, rf"[^/]+/store/(?:[\w-]+/)?(?P<id>{_DIGITS})(?:[/_]|$)"),
        shop=_DIGITS,
        market=r"(?P<market>us)\.aliexpress\.com/",
    ),
    _platform(
        "alibaba",
        "alibaba.com",
        _at(LISTING, rf"[^/]+/product-detail/[^/]*?_?(?P<id>{_DIGITS})\.html"),
        _at(SHOP, r"(?!(?:www|m)\.)(?P<id>[\w-]{1,60})(?:\.(?:en|m))?\.alibaba\.com/"),
    ),
    _platform(
        "temu",
        "temu.com",
        _at(LISTING, rf"[^/]+/(?:.*)-g-(?P<id>{_DIGITS})\.html"),
        _at(LISTING, r"[^/]+/(?:[\w-]+/)?goods\.html", "goods_id"),
        _at(SHOP, rf"[^/]+/(?:.*)-m-(?P<id>{_DIGITS})\.html"),
        _at(SHOP, r"[^/]+/(?:[\w-]+/)?mall\.html", "mall_id"),
        shop=_DIGITS,
        market=r"[^/]+/(?P<market>[a-z]{2})(?:-[a-z]{2})?(?:/|$)",
    ),
    _platform(
        "shopee",
        "shopee.com shopee.sg shopee.tw shopee.ph shopee.vn shopee.co.id shopee.co.th"
        " shopee.com.my shopee.com.br shopee.com.mx shopee.com.co shopee.cl",
        _at(LISTING, rf"[^/]+/.*-i\.(?P<shop>{_DIGITS})\.(?P<id>{_DIGITS})(?:/|$)"),
        _at(LISTING, rf"[^/]+/product/(?P<shop>{_DIGITS})/(?P<id>{_DIGITS})(?:/|$)"),
        _at(SHOP, rf"[^/]+/.*-i\.(?P<id>{_DIGITS})\.{_DIGITS}(?:/|$)"),
        _at(SHOP, rf"[^/]+/product/(?P<id>{_DIGITS})/{_DIGITS}(?:/|$)"),
        _at(SHOP, rf"[^/]+/shop/(?P<id>{_DIGITS})(?:/|$)"),
        listing=rf"{_DIGITS}/{_DIGITS}",
        shop=_DIGITS,
    ),
    _platform(
        "lazada",
        "lazada.com lazada.sg lazada.vn lazada.co.id lazada.co.th lazada.com.my lazada.com.ph",
        _at(LISTING, rf"[^/]+/products/(?:[^/]*-)?i(?P<id>{_DIGITS})(?:-s{_DIGITS})?\.html"),
        _at(SHOP, rf"[^/]+/shop/(?P<id>{_NAME})(?:/|$)"),
    ),
    _platform(
        "amazon",
        "amazon.com amazon.ca amazon.com.mx amazon.com.br amazon.co.uk amazon.ie amazon.de"
        " amazon.fr amazon.it amazon.es amazon.nl amazon.se amazon.pl amazon.com.be amazon.com.tr"
        " amazon.ae amazon.sa amazon.eg amazon.in amazon.sg amazon.com.au amazon.co.jp amazon.cn"
        " amazon.co.za",
        _at(
            LISTING,
            r"[^/]+/(?:.*/)?(?:dp(?:/product)?|gp/(?:product(?:/glance)?|aw/d|offer-listing)"
            r"|o/asin|exec/obidos/(?:tg/detail/-|asin)|product-reviews)/(?P<id>[a-z0-9]{10})(?:/|$)",
        ),
        _at(SHOP, r"[^/]+/(?:-/\w+/)?(?:sp|gp/help/seller/.*|gp/aag/.*)/?$", "seller"),
        _at(SHOP, r"[^/]+/", "smid", "m", "me", "merchant"),
        _at(SHOP, r"[^/]+/stores/(?:[^/]+/)?page/(?P<id>[0-9a-f-]{36})(?:/|$)"),
        listing=r"[a-z0-9]{10}",
        shop=r"A[a-z0-9]{8,20}|[0-9a-f-]{36}",
        fold_listing=str.upper,
        fold_shop=str.upper,
        home="US",
    ),
    _platform(
        "ebay",
        "ebay.com ebay.ca ebay.co.uk ebay.ie ebay.de ebay.at ebay.ch ebay.fr ebay.it ebay.es"
        " ebay.nl ebay.be ebay.pl ebay.com.au ebay.com.hk ebay.com.sg ebay.com.my ebay.ph",
        _at(LISTING, rf"[^/]+/(?:itm|p)/(?:[^/]+/)?(?P<id>{_DIGITS})(?:/|$)"),
        _at(LISTING, r"[^/]+/ws/ebayisapi\.dll", "item"),
        _at(SHOP, rf"[^/]+/usr/(?P<id>{_NAME})(?:/|$)"),
        _at(SHOP, rf"[^/]+/str/(?P<store>{_NAME})(?:/|$)"),
        shop=rf"(?:str/)?{_NAME}",
        home="US",
    ),
    _platform(
        "dhgate",
        "dhgate.com",
        _at(LISTING, rf"[^/]+/product/(?:[^/]+/)?(?P<id>{_DIGITS})\.html"),
        _at(SHOP, rf"[^/]+/store/(?:[\w-]+/)?(?P<id>{_DIGITS})(?:\.html|/|$)"),
        shop=_DIGITS,
    ),
    _platform(
        "mercadolibre",
        "mercadolibre.com mercadolibre.com.ar mercadolibre.com.mx mercadolibre.com.co"
        " mercadolibre.com.pe mercadolibre.com.uy mercadolibre.com.ve mercadolibre.com.ec"
        " mercadolibre.com.bo mercadolibre.com.py mercadolibre.cl mercadolibre.co.cr"
        " mercadolivre.com.br mercadolivre.com",
        _at(LISTING, rf"[^/]+/(?:[^/]+/)?(?P<page>p|up)/(?P<id>M[A-Z]{{2,3}}{_DIGITS})(?:/|$)"),
        _at(LISTING, rf"[^/]+/(?P<site>M[A-Z]{{2}})-?(?P<id>{_DIGITS})(?:-|/|$)"),
        _at(SHOP, rf"[^/]+/perfil/(?P<id>{_NAME})(?:/|$)"),
        _at(SHOP, rf"perfil\.[^/]+/(?P<id>{_NAME})(?:/|$)"),
        _at(SHOP, rf"[^/]+/(?:tienda|loja|pagina)/(?P<id>{_NAME})(?:/|$)"),
        listing=rf"(?:U?P/)?M[A-Z]{{2,3}}{_DIGITS}",
        fold_listing=str.upper,
    ),
    _platform(
        "tiktok-shop",
        "tiktok.com tiktokglobalshop.com",
        _at(LISTING, rf"[^/]+/view/product/(?P<id>{_DIGITS})(?:/|$)"),
        _at(LISTING, rf"[^/]+/(?:shop/|[\w-]+/)?pdp/(?:[^/]+/)?(?P<id>{_DIGITS})(?:/|$)"),
        _at(SHOP, rf"[^/]+/(?:shop/|[\w-]+/)?store/(?:[^/]+/)?(?P<id>{_DIGITS})(?:/|$)"),
        shop=_DIGITS,
        market=r"shop\.tiktok\.com/(?P<market>us|uk|de|fr|it|es|ie|mx|br|sg|my|th|vn|ph|id|jp)/",
    ),
    _platform(
        "shein",
        "shein.com shein.co.uk shein.com.mx shein.com.br shein.com.hk shein.se shein.tw",
        _at(LISTING, rf"[^/]+/.*-p-(?P<id>{_DIGITS})(?:-cat-{_DIGITS})?\.html"),
        _at(SHOP, r"[^/]+/(?:[\w-]+/)*store/home", "store_code"),
        shop=_DIGITS,
        market=r"(?P<market>us|fr|de|es|it|nl|pl|pt|se|uk)\.shein\.com/",
    ),
    _platform(
        "walmart",
        "walmart.com walmart.ca walmart.com.mx",
        _at(LISTING, r"[^/]+/(?:[a-z]{2}/)?ip/(?:[^/]+/)?(?P<id>[A-Z0-9]{4,20})(?:/|$)"),
        _at(SHOP, rf"[^/]+/(?:reviews/|global/)?seller/(?P<id>{_DIGITS})(?:/|$)"),
        listing=r"[A-Z0-9]{4,20}",
        shop=_DIGITS,
        fold_listing=str.upper,
        home="US",
    ),
    _platform(
        "etsy",
        "etsy.com",
        _at(LISTING, rf"[^/]+/(?:[\w-]+/)?listing/(?P<id>{_DIGITS})(?:/|$)"),
        _at(SHOP, r"[^/]+/(?:[\w-]+/)?(?:shop|people)/(?P<id>\w{4,40})(?:/|$)"),
        _at(SHOP, r"(?!(?:www|m|help|blog|i)\.)(?P<id>\w{4,40})\.etsy\.com/"),
    ),
    _platform(
        "rakuten",
        "rakuten.co.jp",
        _at(LISTING, r"item\.rakuten\.co\.jp/(?P<shop>[\w-]{1,60})/(?P<id>[\w-]{1,80})(?:/|$)"),
        _at(SHOP, r"item\.rakuten\.co\.jp/(?P<id>[\w-]{1,60})/"),
        _at(
            SHOP,
            r"www\.rakuten\.co\.jp/(?!(?:category|event|ranking|gold|shop|info|help)/)"
            r"(?P<id>[\w-]{1,60})/",
        ),
        _at(SHOP, r"www\.rakuten\.co\.jp/gold/(?P<id>[\w-]{1,60})/"),
        listing=r"[\w-]{1,60}/[\w-]{1,80}",
    ),
)

PLATFORMS: Final = {platform.name: platform for platform in (*_CHINESE, *_WORLDWIDE)}


def _by_domain() -> Iterator[tuple[str, Platform]]:
    for platform in PLATFORMS.values():
        for domain in platform.domains:
            yield domain, platform


PLATFORM_OF: Final = dict(_by_domain())
