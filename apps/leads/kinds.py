"""What each kind of selector is called, and how it is written: one registry for every door.

Pages, filters, forms, the columns of a file and the help beside them ask this table.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.leads.normalise import (
    ADDRESS,
    BANK_ACCOUNT,
    COMPANY,
    CONTAINER,
    DECLARATION,
    DOMAIN,
    EMAIL,
    IMAGE_HASH,
    LISTING,
    PHONE,
    QQ,
    RAW_PHONE,
    SELLER_NAME,
    SHIPMENT,
    SHOP,
    TELEGRAM,
    URL,
    WECHAT,
    WHATSAPP,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its name, the name of a field that takes several, and how values are written."""

    label: Promise
    many: Promise
    help: Promise | str = ""


REGISTRY: Final[dict[str, Kind]] = {
    URL: Kind(_("Web address"), _("Web addresses"), _("Listings and shops; several on lines.")),
    DOMAIN: Kind(_("Domain"), _("Domains")),
    EMAIL: Kind(_("E-mail address"), _("E-mail addresses")),
    PHONE: Kind(
        _("Telephone number"),
        _("Telephone numbers"),
        _("With the country code, or say where."),
    ),
    COMPANY: Kind(
        _("Company number"),
        _("Company numbers"),
        _("A credit code of China (18 characters), a VAT number, an LEI, or a local one."),
    ),
    SHOP: Kind(
        _("Shop"),
        _("Shops by their number"),
        _("The platform, then the number: taobao:12345678"),
    ),
    LISTING: Kind(
        _("Listing"),
        _("Listings by their number"),
        _("The platform, then the number: amazon:B0ABCDEFGH"),
    ),
    SELLER_NAME: Kind(
        _("Name of the seller"),
        _("Names of sellers"),
        _("As they write it; several on lines. 杭州露米贸易有限公司"),
    ),
    WECHAT: Kind(_("WeChat"), _("WeChat"), _("The account, not its name: lumi_888")),
    QQ: Kind(_("QQ"), _("QQ"), _("5 to 11 digits: 3456789012")),
    TELEGRAM: Kind(_("Telegram"), _("Telegram"), _("@lumi_shop or https://t.me/lumi_shop")),
    WHATSAPP: Kind(
        _("WhatsApp"),
        _("WhatsApp"),
        _("The number with its country code, or its wa.me address."),
    ),
    BANK_ACCOUNT: Kind(
        _("Bank account"),
        _("Bank accounts"),
        _("An IBAN, a card of China, or country/bank:account."),
    ),
    ADDRESS: Kind(
        _("Postal address"),
        _("Postal addresses"),
        _("One on each line, with the postal code."),
    ),
    SHIPMENT: Kind(
        _("Parcel"),
        _("Parcels"),
        _("A tracking number; where it is not plain whose, dhl:1234567890"),
    ),
    CONTAINER: Kind(
        _("Container"),
        _("Containers"),
        _("Four letters and seven digits: CSQU3054383"),
    ),
    DECLARATION: Kind(
        _("Customs declaration"),
        _("Customs declarations"),
        _("The MRN, or the country and the number: US:12345678901"),
    ),
    IMAGE_HASH: Kind(
        _("Digest of a picture"),
        _("Digests of pictures"),
        _("A SHA-256, or phash:9f172786e71f1e00"),
    ),
    # What a telephone number is read as that nobody can place; it is entered as one.
    RAW_PHONE: Kind(
        _("Telephone number, country unknown"), _("Telephone numbers, country unknown")
    ),
}


def label(kind: str) -> str:
    """The kind in words; one that the registry does not know is named as it is."""
    known = REGISTRY.get(kind)
    return str(known.label) if known else kind


CHOICES: Final = [(kind, one.label) for kind, one in REGISTRY.items()]
