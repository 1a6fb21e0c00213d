"""Legal forms and general words of trade that say nothing about who a seller is, per script.

Our own tables, written from the commercial codes' abbreviations in everyday use. A form is taken
off an end of a name only, never out of its middle, and never when nothing would be left.
"""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Longest first where one ends with the other: 有限责任公司 before 公司.
CHINESE_ENDS: Final = _words(
    """
    股份有限责任公司 有限责任公司 有限責任公司 股份有限公司 集团有限公司 集團有限公司
    个体工商户 個體工商戶 有限公司 股份公司 总公司 總公司 分公司 合伙企业 合夥企業
    公司 集团 集團 企业 企業 工厂 工廠 商行 经营部 經營部 厂 廠
    """
)
# What a shop's name ends with on a platform: 官方旗舰店 sells no less for being anybody's.
CHINESE_SHOPS: Final = _words(
    """
    官方旗舰店 官方旗艦店 旗舰店 旗艦店 专卖店 專賣店 专营店 專營店 企业店 企業店
    直营店 直營店 官方店 网店 網店 小店 店铺 店鋪
    """
)

LATIN: Final = _words(
    """
    ab ag aps as asa bhd bv bvba co coltd company corp corporation cv dba doo eg ehf eirl
    enterprise enterprises ev fzc fzco fze gbr gesmbh gie gmbh group hf holding holdings inc
    incorporated jsc kft kg kgaa kk limitada limited llc llp lp ltd ltda lte mbh nv ohg oo ooo
    oy oyj pac pjsc plc plt private pt pte pty public pvt sa sae sal sapi sarl sas sasu sc scs
    sdn se sia sl sli slne slu snc sp spa spol spzoo srl sro ste uab ug ulc unlimited z zoo zrt
    """
)
CYRILLIC: Final = _words(
    """
    ад ао ат вооо доо дооел еад еоод жшс зао ип кд кт оао од ооо пао пат пп прат сд тд тов тоо
    фоп чп чтуп
    """
)
ARABIC: Final = _words(
    """
    المحدودة المحدوده خاصة خاصه ذ.م.م ذمم ش.م.ع ش.م.ل ش.م.م شذمم شركة شركه شمع شمل شمم عامة عامه
    مؤسسة مؤسسه متجر مجموعة مجموعه محدودة محدوده مساهمة مساهمه
    """
)
TOKENS: Final = (*LATIN, *CYRILLIC, *ARABIC)
# These stand before a name as well as after it; a Latin AB or SA before one is part of it.
_LATIN_BEFORE: Final = _words(
    """
    cv oao ooo pao pt pte too tov ud zao
    """
)
BEFORE: Final = (*CYRILLIC, *ARABIC, *_LATIN_BEFORE)

# Words that many sellers share: where they are and that they trade. A name that is alike only in
# these is not alike.
COMMON: Final = _words(
    """
    agency apparel beauty beijing boutique brand brands care changsha chengdu china chongqing
    city clothing commerce cosmetic cosmetics department direct discount dongguan dubai
    ecommerce electronic electronics europe export factory fashion firm foshan fujian fuzhou
    garment global goods guangdong guangzhou hangzhou hebei henan hong import imports industrial
    industry inter international intl istanbul jiangsu jinhua kong london luxury mall market
    marketing marketplace merchandise mfg milan milano moscow nanjing ningbo official online
    original outlet paris plus products promo putian qingdao quanzhou retail sale sales seller
    sellers services shandong shanghai shantou shaoxing shenzhen shop shopping shops sport
    sports store stores supply suzhou tech technology textile tianjin trade trading wenzhou
    wholesale world wuhan xiamen xian yiwu zhejiang zhengzhou zhongshan дом импорт магазин
    москва опт оптом торг торговля торговый экспорт العالمية العالميه تجارة تجاره تجارية تجاريه
    دبي للتجارة للتجاره
    """
)
CHINESE_PLACES: Final = _words(
    """
    广东省 广東省 浙江省 江苏省 福建省 山东省 杭州市 广州市 廣州市 深圳市 义乌市
    義烏市 上海市 北京市 莆田市 泉州市 东莞市 東莞市 温州市 金华市 苏州市 宁波市
    厦门市 佛山市 中山市 汕头市 青岛市 天津市 重庆市 成都市 广东 廣東 浙江 江苏
    江蘇 福建 山东 杭州 广州 廣州 深圳 义乌 義烏 上海 北京 莆田 泉州 东莞 東莞
    温州 溫州 金华 金華 苏州 蘇州 宁波 寧波 厦门 廈門 佛山 中山 汕头 汕頭 青岛
    青島 天津 重庆 重慶 成都 香港 中国 中國
    """
)
CHINESE_TRADES: Final = _words(
    """
    进出口贸易 進出口貿易 电子商务 電子商務 国际贸易 國際貿易 网络科技 網絡科技 贸易
    貿易 商贸 商貿 科技 国际 國際 实业 實業 服饰 服飾 化妆品 化妝品 服装 服裝
    电子 電子 百货 百貨 日用品 进出口 進出口
    """
)
