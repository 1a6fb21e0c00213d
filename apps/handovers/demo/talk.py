"""What the demo's people write: in the room of a case and when they read a briefing back."""

# ruff: noqa: E501 - a line of talk is one line

from typing import Final

# By the language that a desk speaks first.
LINES: Final = {
    "zh": (
        "样品已送检，结果明天上午出来。",
        "三个店铺的联系电话相同，已补充到线索里。",
        "平台已回复，需要再提交一张标签照片。",
        "客户投诉记录已整理好，请先看第二页。",
        "今天没有新链接，继续观察。",
    ),
    "it": (
        "Tre negozi condividono lo stesso magazzino. Ho chiesto conferma, rispondono entro le 15.",
        "Il perito vede il campione domani mattina.",
        "Ho aggiunto le foto delle etichette, mancano ancora i lotti.",
        "La piattaforma chiede il certificato di registrazione.",
    ),
    "pt": (
        "Enviei a notificação à plataforma; o protocolo está nas tarefas.",
        "O laboratório confirmou o recebimento da amostra.",
        "Encontrei mais dois anúncios com a mesma foto.",
        "O vendedor respondeu, mas não mandou nota fiscal.",
    ),
    "ar": (
        "وصلت العينة إلى المختبر، والنتيجة غدا.",
        "أضفت صورتين للعبوة ورقم الدفعة.",
        "المنصة طلبت شهادة التسجيل قبل الإغلاق.",
    ),
    "es": (
        "El vendedor cambió el nombre de la tienda; el teléfono es el mismo.",
        "Ya pedí la muestra, llega el jueves.",
        "Agregué las capturas de pantalla con la hora local.",
    ),
    "sv": (
        "Etiketten saknar kontrollkod. Bilder finns bland bevisen.",
        "Säljaren har svarat men inte skickat kvitto.",
    ),
    "en": (
        "Test buy arrived; photographs of the label are in the evidence.",
        "Same phone number as in two earlier leads. Linked.",
        "Platform asks one more question; it is in the tasks.",
        "No new listings today. Keeping watch.",
        "The owner confirmed that this batch number was never used.",
    ),
}
READ_BACKS: Final = (
    "Understood: watch the shops, answer the platform, wake the owner only if it is urgent.",
    "I take the open tasks, keep the severity and write into the room what changes.",
    "Read: nothing leaves the circle, the notice goes out first, then the call to customs.",
    "The case stays as it is until the laboratory answers; I check the phone number again.",
)
READ_BACKS_BY_LANGUAGE: Final = {
    "zh": "已阅读：先回复平台，再联系海关；如有新的店铺出现，补充到本案，不另开新案。",
    "it": "Ho letto: rispondo alla piattaforma, chiamo la dogana e aggiorno la stanza del caso.",
    "pt": "Li o resumo: respondo à plataforma, acompanho o laboratório e aviso na sala do caso.",
    "es": "Leído: respondo a la plataforma, sigo la muestra y anoto los cambios en la sala.",
}
DECLINES: Final = (
    ("no_capacity", "Two urgent cases came in within the hour."),
    ("conflict", "One of the shops is a customer of ours."),
    ("unclear", "The briefing does not say which shop comes first."),
)
# The lead case's conversation, told as it happened: (desk, words).
LEAD_TALK: Final = (
    ("milan", "Tre negozi condividono lo stesso magazzino a Prato. Ho chiesto il sequestro, rispondono entro le 15."),
    ("hangzhou", "实验室报告已上传，汞含量超标 40 倍。请先通知平台，不要联系卖家。"),
    ("sao-paulo", "A plataforma recebeu o aviso. Três perguntas, prazo de 24 horas; a terceira ficou para Hangzhou."),
    ("dubai", "رقم الهاتف نفسه ظهر في عرضين للعطور هذا الأسبوع."),
    ("mexico-city", "Una tienda con el mismo nombre abrió ayer. La dejo en observación."),
    ("stockholm", "Samma telefonnummer finns i två av våra leads. Jag länkar dem."),
    ("hangzhou", "谢谢。已把两条线索加入本案，请看证据里的标签照片。"),
)  # fmt: skip
# Reports typed in by people, one after another.
HAND_REPORTS: Final = (
    "假冒 Aurelis 精华液的举报，检出汞",
    "Piumini Norrvik venduti come “campioni”",
    "Protetor solar Solmara sem registro, 40 anúncios",
    "عطور Qamarine مقلدة في قناة مغلقة",
    "Dunjackor med lånade bilder",
    "Lumi serum offered by the litre",
    "Foulard Pavonne senza etichetta",
    "Bronzeador Solmara em galões",
    "متجر جديد بنفس رقم الهاتف",
    "Jacka Norrvik Junior med lösa knappar",
)
