"""Which column means what: a guess from names in the languages members work in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from apps.leads.normalise import KINDS, RAW_PHONE
from apps.leads.reading.tables import VALUE_COLUMN

TITLE: Final = "title"
DESCRIPTION: Final = "description"
IGNORE: Final = "ignore"
# A number that nobody can place is entered as a telephone number.
_ENTERED: Final = tuple(kind for kind in KINDS if kind != RAW_PHONE)
FIELDS: Final = (
    TITLE, DESCRIPTION, *_ENTERED, "country", "brand", "source", "grading", "seen_at", "tlp",
    "pap", "reference", IGNORE,
)  # fmt: skip

# Fields in which several columns add up; of the others the first column that fits is taken.
_ADDING: Final = frozenset({DESCRIPTION, "reference", "grading", *_ENTERED})

_NAMES: Final[Mapping[str, str]] = {
    TITLE: "title|name|product name|product|subject|headline|slug|listing title|item|shop|shop name"
    "|store|store name|company name|标题|名称|商品|商品名称|商品名|产品|产品名称"
    "|店铺|店铺名|店铺名称|公司|公司名|公司名称|企业名称|titolo|nome|prodotto|negozio|titre|nom|produit"
    "|título|titulo|nombre|produto|loja|tienda|titel|produkt|العنوان|الاسم",
    DESCRIPTION: "description|product description|details|detail|note|notes|comment|comments|text"
    "|summary|complainant|risk type|product category|category|outcome|outcome by regex|type|remarks"
    "|描述|说明|备注|详情|内容|类别|descrizione|note|descrição|descricao|descripción|descripcion"
    "|beschreibung|notiz|الوصف|ملاحظات",
    "url": "url|urls|link|links|web address|website|web site|site|page|page url|listing|listing url"
    "|product url|item url|shop url|store url|seller url|href|uri|网址|链接|网站|商品链接|店铺链接"
    "|地址链接|sito|sito web|lien|enlace|sitio|الرابط",
    "domain": "domain|domains|domain name|domain names|host|hostname|fqdn|域名|主机|dominio|domaine"
    "|domínio|النطاق",
    "email": "email|e-mail|emails|e-mail address|email address|mail|contact email|seller email|邮箱"
    "|电子邮件|邮件|电邮|posta elettronica|courriel|correo|correo electrónico|البريد",
    "phone": "phone|phones|phone number|telephone|tel|mobile|mobile number|contact number"
    "|电话|手机|手机号|联系电话|电话号码|telefono|téléphone|teléfono|telefone|telefon|celular|الهاتف",
    "company": "company|company number|company no|company id|registration number|registration no"
    "|business registration|business id|uscc|unified social credit code|vat|vat number|vat id|lei"
    "|tax id|ein|cnpj"
    "|统一社会信用代码|社会信用代码|信用代码|注册号|税号|partita iva|numéro de tva"
    "|siren|nif|ust-idnr|handelsregister",
    "shop": "shop id|shop number|store id|seller id|shop no|店铺id|店铺编号|卖家id",
    "listing": "listing id|item id|product id|asin|offer id|商品id|商品编号|宝贝id",
    "seller_name": "seller|seller name|sellers|seller names|merchant|merchant name|vendor|卖家"
    "|卖家名称|卖家名|掌柜|掌柜名|商家|商家名称|venditore|vendeur|vendedor|verkäufer"
    "|البائع|اسم البائع",
    "wechat": "wechat|wechat id|weixin|微信|微信号",
    "qq": "qq|qq number|qq号|qq号码",
    "telegram": "telegram|telegram handle|telegram account|电报",
    "whatsapp": "whatsapp|whatsapp number",
    "bank_account": "bank account|bank account number|account number|iban|银行账号|银行账户"
    "|银行卡号|conto corrente|compte bancaire|cuenta bancaria|conta bancária|bankkonto"
    "|الحساب البنكي",
    "address": "address|addresses|postal address|street address|seller address|地址|联系地址"
    "|发货地址|indirizzo|adresse|dirección|direccion|endereço|endereco|anschrift|العنوان البريدي",
    "shipment": "shipment|tracking number|tracking no|tracking|parcel|parcels|waybill|awb"
    "|air waybill|运单号|快递单号|物流单号|spedizione|numéro de suivi|sendungsnummer|رقم التتبع",
    "container": "container|containers|container number|container no|集装箱|集装箱号|箱号"
    "|contenitore|conteneur|contenedor|contêiner|رقم الحاوية",
    "declaration": "declaration|customs declaration|declaration number|declaration no|mrn"
    "|报关单号|海关编号|bolla doganale|déclaration en douane|declaración aduanera|zollanmeldung",
    "image_hash": "image hash|picture hash|photo hash|sha256|phash|图片哈希|图片指纹",
    "country": "country|country code|country of origin|origin|origin country|respondent location"
    "|seller country|location|国家|国家地区|产地|原产国|来源国|paese|pays|país|pais|land|البلد",
    "brand": "brand|brands|brand name|trademark|trademarks|mark|marks|品牌|商标|marca|marque|marke"
    "|العلامة التجارية",
    "source": "source|provider|reported by|feed|platform|marketplace|channel|来源|平台|渠道|fonte"
    "|fuente|quelle|المصدر",
    "grading": "grading|grade|admiralty|admiralty code|admiralty scale|source grading|reliability"
    "|source reliability|credibility|information credibility|evaluation|可靠性|来源可靠性|可信度"
    "|affidabilità|credibilità|fiabilité|crédibilité|fiabilidad|credibilidad|confiabilidade"
    "|credibilidade|zuverlässigkeit|glaubwürdigkeit|موثوقية المصدر|المصداقية",
    "seen_at": "seen at|seen|first seen|last seen|seen on|date|datetime|timestamp|time|observed at"
    "|detected at|reported at|created at|filing date"
    "|日期|时间|发现时间|发现日期|data|fecha|datum|التاريخ",
    "tlp": "tlp|traffic light|traffic light protocol",
    "pap": "pap|permissible actions",
    "reference": "reference|ref|id|case id|case|case number|case no|alert number|declaration id"
    "|ticket|report id|reference number|file|external id|source url|编号|案号|案件编号|单号"
    "|riferimento|référence|referencia|referência|aktenzeichen|المرجع",
}
_APART: Final = re.compile(r"[\s_.\-/:#()\uff08\uff09\uff1a]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _plain(name: str) -> str:
    """Names as written by people and by databases: "Product URL", "product_url", "productUrl"."""
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    return _APART.sub(" ", spaced).strip().casefold()


_FIELD_OF: Final = {
    _plain(name): field
    for field, names in reversed(list(_NAMES.items()))
    for name in names.split("|")
}
# "Seller e-mail" and "shop link" say what they are in their last word; a picture's address is none
# of a seller.
_ENDINGS: Final = (
    ("e mail", "email"), ("email", "email"), ("url", "url"), ("link", "url"), ("phone", "phone"),
    ("telephone", "phone"), ("mobile", "phone"), ("domain", "domain"),
)  # fmt: skip
_PICTURES: Final = frozenset({"image", "img", "picture", "photo", "logo", "avatar", "screenshot"})

_VALUE_LIKE: Final = re.compile(
    r"https?://\S+|\S+@\S+\.\S+|\+?[\d\s().,/:-]{3,}|(?:[\w-]+\.)+[a-z]{2,24}(?:/\S*)?",
    re.IGNORECASE,
)
_DOMAIN_LIKE: Final = re.compile(r"(?:[\w-]+\.)+[\w-]{2,24}\.?", re.IGNORECASE)
_URL_LIKE: Final = re.compile(r"(?:h..ps?:/{2}\S+|(?:[\w-]+\.)+[a-z]{2,24}/\S*)", re.IGNORECASE)
_EMAIL_LIKE: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_PHONE_LIKE: Final = re.compile(r"\+[\d\s().-]{7,25}")
_LONGEST_HEADER: Final = 200
_MOST: Final = 0.6


def guess_mapping(
    columns: Sequence[str], sample: Iterable[Mapping[str, str]] = ()
) -> dict[str, str]:
    """A field for every column; a name that says nothing is judged by a sample of its cells."""
    rows = list(sample)
    guessed: dict[str, str] = {}
    for column in columns:
        field = _by_name(column) or _by_values(column, rows)
        if field in guessed.values() and field not in _ADDING:
            field = IGNORE
        guessed[column] = field
    return guessed


def find_header(
    first: Sequence[tuple[int, Sequence[str]]], *, told: bool | None
) -> tuple[int, Sequence[str]]:
    """The number and the cells of the row that names the columns; number 0 where none does.

    A caption over the table is no data: one cell, and below it a row that surely names columns.
    """
    if told is None:
        below = [row for row in first[1:] if names_fields(row[1]) > 1]
        if below and sum(1 for cell in first[0][1] if cell.strip()) == 1:
            return below[0]
        told = looks_like_header([cells for _number, cells in first])
    return first[0] if told else (0, ())


def looks_like_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns rather than holding the first values."""
    first = [cell.strip() for cell in rows[0]]
    if names_fields(first):
        return True
    if len(first) == 1 or len(rows) == 1:
        return False
    named = [cell for cell in first if cell]
    return (
        len(named) > len(first) / 2
        and len(set(named)) == len(named)
        and all(len(cell) <= _LONGEST_HEADER for cell in named)
        and not any(_VALUE_LIKE.fullmatch(cell) for cell in named)
    )


def _by_name(column: str) -> str:
    plain = _plain(column)
    if plain in _FIELD_OF:
        return _FIELD_OF[plain]
    if not _PICTURES.isdisjoint(plain.split()):
        return ""
    return next((field for ending, field in _ENDINGS if plain.endswith(f" {ending}")), "")


def names_fields(cells: Sequence[str]) -> int:
    """How many of the cells are names of columns that are known."""
    return sum(1 for cell in cells if cell and _by_name(cell))


def _by_values(column: str, rows: Sequence[Mapping[str, str]]) -> str:
    values = [value for row in rows if (value := row.get(column, "").strip())]
    if not values:
        return TITLE if column == VALUE_COLUMN else IGNORE
    for field, shape in (
        ("email", _EMAIL_LIKE),
        ("url", _URL_LIKE),
        ("domain", _DOMAIN_LIKE),
        ("phone", _PHONE_LIKE),
    ):
        if sum(1 for value in values if shape.fullmatch(value)) >= _MOST * len(values):
            return field
    return TITLE if column == VALUE_COLUMN else IGNORE
