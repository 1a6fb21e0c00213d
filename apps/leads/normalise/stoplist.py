"""Values shared by very many parties: a match on one of them says nothing about a seller.

Lists in the shape of MISP's warninglists: each has a name, a reason, a source, the kinds it stops
and its values. Marketplaces are added by the table of platforms.
"""

from dataclasses import dataclass
from typing import Final

from apps.leads.normalise.model import (
    BANK_ACCOUNT,
    DOMAIN,
    EMAIL,
    IMAGE_HASH,
    PHONE,
    QQ,
    TELEGRAM,
    WECHAT,
    WHATSAPP,
    Selector,
)
from apps.leads.normalise.platforms import PLATFORM_OF


@dataclass(frozen=True, slots=True)
class StopList:
    """Values of some kinds that are read and never kept as selectors."""

    name: str
    description: str
    source: str
    kinds: frozenset[str]
    values: frozenset[str]


def _list(name: str, description: str, source: str, kinds: str, values: str) -> StopList:
    return StopList(name, description, source, frozenset(kinds.split()), frozenset(values.split()))


MARKETPLACES: Final = StopList(
    "marketplaces",
    "Sites on which very many sellers offer.",
    "The table of platforms beside this list.",
    frozenset({DOMAIN}),
    frozenset(PLATFORM_OF),
)
LISTS: Final = (
    MARKETPLACES,
    _list(
        "more marketplaces",
        "Sites on which very many sellers offer, and whose addresses no rule reads yet.",
        "The sites' own pages for sellers.",
        DOMAIN,
        "zhuanzhuan.com dewu.com poizon.com vip.com suning.com dangdang.com mogu.com kongfz.com"
        " ruten.com.tw pchome.com.tw momoshop.com.tw pcone.com.tw carousell.com carousell.sg"
        " carousell.com.hk carousell.com.my carousell.ph carousell.tw coupang.com gmarket.co.kr"
        " 11st.co.kr auction.co.kr bunjang.co.kr joongna.com daangn.com mercari.com fril.jp"
        " yahoo.co.jp qoo10.com qoo10.jp qoo10.sg zozo.jp tokopedia.com bukalapak.com blibli.com"
        " tiki.vn sendo.vn flipkart.com meesho.com myntra.com snapdeal.com indiamart.com"
        " tradeindia.com daraz.pk daraz.com.bd daraz.lk noon.com jumia.com.ng jumia.co.ke"
        " jumia.com.eg jumia.ma takealot.com trendyol.com hepsiburada.com n11.com ozon.ru"
        " wildberries.ru avito.ru youla.ru allegro.pl allegro.cz allegrolokalnie.pl olx.pl olx.ro"
        " olx.bg olx.pt olx.ua olx.kz olx.uz olx.com.br olx.in emag.ro emag.hu emag.bg vinted.com"
        " vinted.fr vinted.de vinted.it vinted.es vinted.nl vinted.be vinted.pl vinted.co.uk"
        " vinted.at vinted.cz vinted.lt vinted.lu vinted.pt vinted.se vinted.sk vinted.hu"
        " vinted.ro vinted.dk vinted.fi kleinanzeigen.de otto.de kaufland.de zalando.de"
        " zalando.com bol.com marktplaats.nl 2dehands.be cdiscount.com fnac.com leboncoin.fr"
        " rakuten.com manomano.fr wallapop.com milanuncios.com subito.it gumtree.com"
        " gumtree.com.au onbuy.com fruugo.com wish.com joom.com bonanza.com depop.com"
        " poshmark.com grailed.com vestiairecollective.com therealreal.com stockx.com offerup.com"
        " craigslist.org newegg.com redbubble.com teepublic.com zazzle.com"
        " magazineluiza.com.br americanas.com.br enjoei.com.br elo7.com.br falabella.com"
        " linio.com diytrade.com ec21.com tradekey.com",
    ),
    _list(
        "networks",
        "Social networks, search and video: one host for everybody.",
        "Their own help pages, which name these hosts.",
        DOMAIN,
        "google.com google.cn youtube.com youtu.be bing.com yahoo.com baidu.com sogou.com so.com"
        " yandex.ru yandex.com duckduckgo.com naver.com facebook.com fb.com fb.me instagram.com"
        " messenger.com whatsapp.com wa.me telegram.org telegram.me telegram.dog t.me twitter.com"
        " x.com linkedin.com pinterest.com reddit.com snapchat.com tiktok.com douyin.com"
        " kuaishou.com weibo.com weibo.cn xiaohongshu.com wechat.com qq.com zhihu.com bilibili.com"
        " vk.com ok.ru line.me discord.com discord.gg threads.net wikipedia.org",
    ),
    _list(
        "short links",
        "Services that hide where an address leads: the link is kept, unresolved.",
        "The services' own pages; the platforms' documentation of their share links.",
        DOMAIN,
        "bit.ly bitly.com tinyurl.com ow.ly is.gd buff.ly cutt.ly rebrand.ly rb.gy s.id t.ly t.co"
        " goo.gl shorturl.at linktr.ee beacons.ai dwz.cn url.cn t.cn lnkd.in goo.su clck.ru vk.cc"
        " xhslink.com tb.cn 3.cn amzn.to amzn.eu amzn.asia a.co ebay.us ebay.to shp.ee meli.la"
        " etsy.me pin.it v.gd qr.ae",
    ),
    _list(
        "free mail",
        "Providers with whom anybody has an address.",
        "The providers' own pages.",
        DOMAIN,
        "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com icloud.com me.com"
        " proton.me protonmail.com gmx.de gmx.net web.de mail.ru inbox.ru bk.ru list.ru aol.com"
        " 163.com 126.com yeah.net sina.com sina.com.cn sohu.com foxmail.com aliyun.com 139.com"
        " 189.cn tutanota.com zoho.com hanmail.net daum.net libero.it orange.fr uol.com.br",
    ),
    _list(
        "delivery of content",
        "Files and pictures of everybody's pages.",
        "The providers' own documentation.",
        DOMAIN,
        "alicdn.com aliyuncs.com amazonaws.com cloudfront.net cloudflare.com akamaihd.net"
        " googleusercontent.com gstatic.com shopifycdn.com media-amazon.com ebayimg.com"
        " github.com gitlab.com dropbox.com wetransfer.com mega.nz archive.org archive.ph",
    ),
    _list(
        "carriers",
        "Whoever sends a parcel names one of them.",
        "The carriers' tracking pages.",
        DOMAIN,
        "dhl.com dhl.de fedex.com ups.com usps.com royalmail.com dpd.com dpd.co.uk gls-group.eu"
        " sf-express.com sf-international.com yto.net.cn zto.com sto.cn yundaex.com jtexpress.com"
        " cainiao.com ems.com.cn 17track.net aftership.com maersk.com msc.com cosco.com"
        " laposte.fr poste.it correos.es postnl.nl japanpost.jp",
    ),
    _list(
        "payment and brands",
        "Owned by a brand or a provider that everybody uses or is compared with.",
        "The brands' own sites.",
        DOMAIN,
        "apple.com microsoft.com paypal.com paypal.me stripe.com alipay.com unionpay.com visa.com"
        " mastercard.com wise.com westernunion.com nike.com adidas.com gucci.com louisvuitton.com"
        " chanel.com hermes.com prada.com rolex.com samsung.com sony.com lego.com disney.com",
    ),
    _list(
        "law firms and authorities",
        "They write about sellers and are none.",
        "Their own sites.",
        DOMAIN,
        "wipo.int adrforum.com adndrc.org ciidrc.org adr.eu odr.org.cn europa.eu interpol.int"
        " iprcenter.gov uspto.gov cnipa.gov.cn gov.uk bakermckenzie.com dlapiper.com"
        " twobirds.com hoganlovells.com ccpit.org",
    ),
    _list(
        "test numbers",
        "Telephone numbers set aside for examples, and those of emergency services.",
        "Ofcom's numbers for drama use; NANPA's 555-0100 to 555-0199.",
        f"{PHONE} {WHATSAPP}",
        "+12025550100 +12125550100 +15555555555 +441632960000 +442079460000"
        " +8613800000000 +861234567890 +10000000000 +491234567890",
    ),
    _list(
        "test accounts",
        "Accounts and cards from documentation.",
        "ISO 13616's own example; card networks' test numbers.",
        BANK_ACCOUNT,
        "GB82WEST12345698765432 DE89370400440532013000 GB29NWBK60161331926819"
        " FR1420041010050500013M02606 6200000000000005 6200000000000047",
    ),
    _list(
        "service accounts",
        "Accounts of the messengers themselves.",
        "The messengers' own help pages.",
        f"{WECHAT} {TELEGRAM} {QQ}",
        "weixin wechat filehelper telegram durov botfather spambot 10000 12345 123456 1234567"
        " 12345678 123456789 username",
    ),
    _list(
        "placeholders",
        "Written where an address is asked for and none is given.",
        "RFC 2606 and RFC 2142.",
        EMAIL,
        "test@test.com example@example.com user@example.com name@example.com email@example.com"
        " no@no.com none@none.com noreply@amazon.com info@example.com admin@example.com",
    ),
    _list(
        "empty files",
        "The digest of nothing.",
        "FIPS 180-4: SHA-256 of an empty message.",
        IMAGE_HASH,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
)

# Each customer has an own host below these: the host may stand for a seller, the domain may not.
_HOSTING: Final = """
    wordpress.com blogspot.com blogger.com tumblr.com weebly.com wix.com shopify.com yupoo.com
    szwego.com wegoab.com shoplazza.com shoplineapp.com shopline.com shoplinestore.com youzan.com
    weidian.com godaddysites.com mystrikingly.com strikingly.com ecwid.com bigcartel.com
    squarespace.com livejournal.com webnode.com jimdofree.com jimdosite.com over-blog.com
    bigcommerce.com mybigcommerce.com prestashop.com nuvemshop.com.br lojavirtualnuvem.com.br
    tiendanube.com mitiendanube.com lojaintegrada.com.br made-in-china.com alibaba.com
    globalsources.com page.link ning.com yola.com site123.me ueniweb.com sellfy.store fourthwall.com
"""

HOSTING_DOMAINS: Final = frozenset(_HOSTING.split())
SHARED_DOMAINS: Final = frozenset(
    value for one in LISTS if DOMAIN in one.kinds for value in one.values
)


def _by_kind() -> dict[str, frozenset[str]]:
    kinds = {kind for one in LISTS for kind in one.kinds} - {DOMAIN}
    return {
        kind: frozenset(value for one in LISTS if kind in one.kinds for value in one.values)
        for kind in kinds
    }


_STOPPED: Final = _by_kind()


def is_stopped_value(one: Selector) -> bool:
    """Whether a list names the value; domains are judged by their registrable part (`hosts`)."""
    return one.norm in _STOPPED.get(one.kind, ())


def stopped_by(kind: str, norm: str) -> StopList | None:
    """The list that names a value, to say why it is not compared."""
    return next((one for one in LISTS if kind in one.kinds and norm in one.values), None)
