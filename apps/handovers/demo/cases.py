"""The demo's cases: what they are called in their own language, and where they open."""

# ruff: noqa: E501 - a case is one line

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case; `pinned` names the country whose desks alone may hold it."""

    desk: str
    language: str
    title: str
    summary: str
    severity: str = "stable"
    tlp: str = "amber"
    pinned: str = ""


HEALTH: Final = "A laboratory reported a substance that may harm people."
CHILDREN: Final = "The goods are meant for children and may come apart."

# The case that the tour follows.
LEAD_CASE: Final = CaseFacts(
    "hangzhou", "zh", "Serum with mercury, sold by the lumi-serum shops",
    "Four shops, one warehouse near Prato, one phone number. A test report names mercury at"
    " forty times the limit; the platform has three questions before it freezes the shops.",
    "urgent",
)  # fmt: skip

OPEN_CASES: Final = (
    LEAD_CASE,
    CaseFacts("hangzhou", "zh", "礼盒装仿品，疑似同一印刷厂", "三家店铺的礼盒使用同一批次编号，正在核对印刷来源。", "watch"),
    CaseFacts("hangzhou", "zh", "直播间低价面霜，主播换号", "直播间每晚换号，商品链接相同；平台要求补充样品照片。", "watch"),
    CaseFacts("hangzhou", "zh", "出口集装箱内的空瓶与标签", "海关询问空瓶和标签是否获得授权，等待权利人答复。", "urgent", "amber", "CN"),
    CaseFacts("hangzhou", "en", "Sunscreen refills under the Lumi name", "A wholesaler offers refills that the brand does not make. Test buy ordered."),
    CaseFacts("hangzhou", "zh", "二手平台上的“专柜小样”", "四十余个账号使用同一组图片出售小样。"),
    CaseFacts("hangzhou", "en", "Named source inside a bottling plant", "A source asks not to be named. Nothing leaves the member.", "watch", "red"),
    CaseFacts("milan", "it", "Creme “outlet” in un gruppo chiuso", "Un gruppo chiuso vende creme senza etichetta; chiesto un campione.", "watch"),
    CaseFacts("milan", "it", "Pop-up di profumeria con scontrini sospetti", "Due clienti hanno inviato scontrini che il negozio non riconosce."),
    CaseFacts("milan", "it", "Lotto di sieri fermo a Prato", "La guardia doganale chiede una perizia entro la settimana.", "urgent", "amber", "IT"),
    CaseFacts("bengaluru", "en", "Foulard prints copied stitch by stitch", "Eleven listings use the studio's own photographs; the weave differs.", "watch"),
    CaseFacts("bengaluru", "en", "Silk scarves that are polyester", "A lab report on two test buys is expected tomorrow."),
    CaseFacts("bengaluru", "en", "Bride wear shop with a borrowed name", "A shop calls itself an outlet of Pavonne. It answers on one phone number.", "watch"),
    CaseFacts("bengaluru", "en", "Court asks for originals in two days", "The court wants the originals of four photographs.", "urgent", "amber", "IN"),
    CaseFacts("bengaluru", "it", "Foulard di seta contraffatti a Como", "Tre bancarelle, un solo fornitore secondo due testimoni.", "watch"),
    CaseFacts("dubai", "ar", "عطور مقلدة في قناة مغلقة", "قناة مغلقة تعرض عطورا بسعر منخفض، وتم شراء عينة للاختبار.", "watch"),
    CaseFacts("dubai", "ar", "متجر يستخدم صور العلامة", "المتجر يستخدم صورا رسمية دون إذن، والمنصة تنتظر شهادة التسجيل."),
    CaseFacts("dubai", "en", "Perfume testers sold as gift sets", "A trader offers testers by the pallet. Price and origin to be checked."),
    CaseFacts("dubai", "ar", "شحنة زجاجات فارغة في الميناء", "طلبت الجمارك رأيا مكتوبا قبل نهاية الأسبوع.", "urgent", "amber", "AE"),
    CaseFacts("stockholm", "sv", "Dunjackor som ”prover” i Milano", "En outlet säljer jackor som prover. Etiketten saknar kontrollkod.", "watch"),
    CaseFacts("stockholm", "en", "Junior jackets with loose toggles", CHILDREN + " Six listings, two sizes.", "urgent"),
    CaseFacts("stockholm", "sv", "Annonser med lånade bilder", "Fjorton annonser, samma bakgrund på bilderna."),
    CaseFacts("stockholm", "en", "Hang tags with a cloned code", "One verification code was scanned from nine countries.", "watch"),
    CaseFacts("nairobi", "en", "Market stall with repacked down", "Filling looks like chopped foam. The stall holder is cooperating."),
    CaseFacts("nairobi", "en", "Importer asks which papers are genuine", "An importer sent an invoice for checking before paying.", "watch", "green"),
    CaseFacts("nairobi", "en", "Customs hold on 200 jackets", "Customs asks for an opinion within ten working days.", "urgent"),
    CaseFacts("sao-paulo", "pt", "Protetor solar sem registro, 40 anúncios", "Quarenta anúncios com a mesma foto. Pedido de teste enviado ao laboratório.", "urgent"),
    CaseFacts("sao-paulo", "pt", "Loja “sol-barato” com três CNPJ", "Três números de empresa para a mesma loja; conferir com a junta.", "watch"),
    CaseFacts("sao-paulo", "pt", "Bronzeador vendido em galões", "O vendedor diz que enche os frascos em casa.", "watch"),
    CaseFacts("sao-paulo", "pt", "Carga parada em Santos", "A alfândega espera o laudo até sexta-feira.", "urgent", "amber", "BR"),
    CaseFacts("sao-paulo", "es", "Cremas solares en una feria", "Un puesto de feria con cajas sin número de lote."),
    CaseFacts("sao-paulo", "pt", "Fonte anônima sobre um galpão", "A fonte pede sigilo. O caso não sai da Solmara.", "stable", "red"),
    CaseFacts("mexico-city", "es", "Aletas de surf que se quiebran", "Dos clientes reportan aletas rotas; se pidió una muestra.", "urgent"),
    CaseFacts("mexico-city", "es", "Tienda con facturas repetidas", "La misma factura aparece en cinco compras.", "watch"),
    CaseFacts("mexico-city", "es", "Bodega señalada por dos vendedores", "La autoridad local pide datos antes del lunes.", "stable"),
    CaseFacts("san-francisco", "en", "Kite bars with the wrong release", "A safety release fails under load in a buyer's video.", "urgent"),
    CaseFacts("san-francisco", "en", "Seller accounts that share one phone", "Nine seller accounts, one phone number, three payout names.", "watch"),
    CaseFacts("san-francisco", "en", "Wetsuit listings moved overnight", "Listings were renamed after the first notice."),
    CaseFacts("san-francisco", "en", "Marketplace asks for a chart of links", "The marketplace wants to see why eleven shops are one.", "watch", "green"),
    CaseFacts("san-francisco", "es", "Anuncios copiados en dos idiomas", "Los textos se tradujeron, las fotos son las mismas."),
)  # fmt: skip

CLOSED_CASES: Final = (
    (CaseFacts("hangzhou", "zh", "面膜仿品链接，已下架", "平台在两天内下架了全部链接。", "watch"), "takedown", "Platform removed 12 listings."),
    (CaseFacts("hangzhou", "en", "Look-alike domain for the Lumi shop", "One domain, one page, no sales seen."), "takedown", "The registrar suspended the domain."),
    (CaseFacts("milan", "it", "Bancarella a Torino", "Sequestro eseguito dalla polizia locale.", "watch"), "seizure", "31 pieces handed over to the authority."),
    (CaseFacts("milan", "en", "Grey market batch, genuine goods", "The batch turned out to be genuine."), "unfounded", "Genuine goods sold outside their region."),
    (CaseFacts("bengaluru", "en", "Scarves with a misspelt label", "The seller withdrew the goods."), "settled", "The seller withdrew the goods and named his supplier."),
    (CaseFacts("bengaluru", "en", "Photo theft on a social page", "The page removed the pictures."), "takedown", "The page removed 14 pictures."),
    (CaseFacts("dubai", "ar", "بائع واحد بحسابين", "أُغلق الحسابان."), "takedown", "Both accounts were closed by the platform."),
    (CaseFacts("stockholm", "sv", "Falska rabattkoder", "Koderna slutade fungera."), "other", "The codes were withdrawn."),
    (CaseFacts("stockholm", "en", "Same seller as an earlier case", "Joined with the earlier case."), "duplicate", "Same seller, same phone as an earlier case."),
    (CaseFacts("nairobi", "en", "Container named in a tip", "Referred to customs.", "watch", "amber", "KE"), "referred", "Customs took over with its own file number."),
    (CaseFacts("sao-paulo", "pt", "Anúncios de protetor infantil", "Anúncios retirados.", "urgent"), "takedown", "The marketplace removed 22 listings."),
    (CaseFacts("sao-paulo", "pt", "Quiosque na praia", "Produtos recolhidos pela vigilância.", "watch", "amber", "BR"), "seizure", "The health authority collected the goods."),
    (CaseFacts("mexico-city", "es", "Tianguis con lotes viejos", "Producto original vencido."), "unfounded", "Genuine but expired goods."),
    (CaseFacts("san-francisco", "en", "Auction lot without papers", "The auction house withdrew the lot."), "settled", "The auction house withdrew the lot."),
    (CaseFacts("san-francisco", "en", "Clone of the size guide page", "One page copied from the shop."), "takedown", "The host removed the page within a day."),
)  # fmt: skip

CONTINGENCIES: Final = (
    "If another shop with the same phone number appears, add it here; do not open a new case.",
    "If the platform refuses, keep the shops on the watch list and tell the owner's manager.",
    "If the test is clean, set the severity to stable and close as unfounded.",
    "If customs calls, ask for the file number first and put it into the facts.",
)
TASKS: Final = (
    "Answer the platform's follow-up question",
    "Upload the laboratory report",
    "Send the notice to the marketplace",
    "Call the customs office before it closes",
    "Check the phone number against earlier leads",
    "Photograph the labels of the test buy",
    "Ask the owner for the registration certificate",
    "Compare the pictures with the studio's originals",
)
WAITING_FOR: Final = (
    "The platform answers within three working days.",
    "The laboratory has the sample.",
    "The authority decides on the seizure.",
)
SEVERITY_REASONS: Final = {
    "urgent": HEALTH + " Goods are moving.",
    "watch": "More of the same appeared within a week.",
    "stable": "",
}
