"""Domains shared by very many parties: a match on one of them says nothing about a seller.

Marketplaces are added by the table of platforms.
"""

from typing import Final

from apps.leads.normalise.platforms import PLATFORM_OF

# Social networks, search, mail, short links, file and content delivery: nothing below them, host or
# domain, stands for one seller.
_GENERAL: Final = """
    google.com google.cn goo.gl youtube.com youtu.be bing.com yahoo.com baidu.com sogou.com so.com
    yandex.ru yandex.com duckduckgo.com naver.com facebook.com fb.com fb.me instagram.com
    messenger.com whatsapp.com wa.me telegram.org telegram.me t.me twitter.com x.com t.co
    linkedin.com pinterest.com reddit.com snapchat.com tiktok.com douyin.com kuaishou.com weibo.com
    weibo.cn xiaohongshu.com xhslink.com wechat.com qq.com zhihu.com bilibili.com vk.com ok.ru
    line.me discord.com discord.gg threads.net
    bit.ly bitly.com tinyurl.com ow.ly is.gd buff.ly cutt.ly rebrand.ly rb.gy s.id t.ly
    shorturl.at linktr.ee beacons.ai dwz.cn url.cn t.cn lnkd.in goo.su clck.ru vk.cc
    gmail.com outlook.com hotmail.com live.com icloud.com proton.me protonmail.com 163.com 126.com
    sina.com sina.com.cn sohu.com foxmail.com aliyun.com
    alicdn.com aliyuncs.com amazonaws.com cloudfront.net cloudflare.com akamaihd.net
    googleusercontent.com gstatic.com shopifycdn.com media-amazon.com ebayimg.com
    github.com gitlab.com dropbox.com wetransfer.com mega.nz archive.org archive.ph wikipedia.org
    apple.com microsoft.com paypal.com stripe.com alipay.com
    wipo.int adrforum.com adndrc.org ciidrc.org adr.eu odr.org.cn europa.eu
"""

# Each customer has an own host below these: the host may stand for a seller, the domain may not.
_HOSTING: Final = """
    wordpress.com blogspot.com blogger.com tumblr.com weebly.com wix.com shopify.com yupoo.com
    szwego.com wegoab.com shoplazza.com shoplineapp.com shopline.com shoplinestore.com youzan.com
    weidian.com godaddysites.com mystrikingly.com strikingly.com ecwid.com bigcartel.com
    squarespace.com livejournal.com webnode.com jimdofree.com jimdosite.com over-blog.com
    bigcommerce.com mybigcommerce.com prestashop.com nuvemshop.com.br lojavirtualnuvem.com.br
    tiendanube.com mitiendanube.com lojaintegrada.com.br made-in-china.com alibaba.com
    globalsources.com ning.com yola.com site123.me ueniweb.com sellfy.store fourthwall.com
"""

HOSTING_DOMAINS: Final = frozenset(_HOSTING.split())
SHARED_DOMAINS: Final = frozenset(_GENERAL.split()) | frozenset(PLATFORM_OF)
