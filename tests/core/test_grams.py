from hypothesis import given
from hypothesis import strategies as st

from apps.core.grams import LONGEST_GRAM, MOST_GRAMS, grams, query_grams


def finds(query: str, text: str) -> bool:
    needed = query_grams(query)
    return bool(needed) and set(needed) <= set(grams(text))


def test_chinese_text_is_found_by_any_part_of_it() -> None:
    text = "杭州露米化妆品有限公司"

    assert all(finds(query, text) for query in ("露米", "化妆品", "司", "杭州露米"))
    assert not finds("米露", text)
    assert not finds("上海", text)


def test_host_is_found_by_its_words_and_by_itself() -> None:
    text = "Seen at https://lumi-serum.example/p?id=3"

    assert all(finds(query, text) for query in ("lumi", "serum", "lumi-serum.example"))
    assert not finds("serums", text)


def test_case_width_and_accents_make_no_difference() -> None:
    assert finds("LOREAL", "ĽOréal")
    assert finds("ｌｕｍｉ", "LUMI")
    assert finds("STRASSE", "Straße")
    assert finds("كتاب", "كِتـاب")


def test_words_and_chinese_in_one_run_are_both_found() -> None:
    assert finds("v-kool 威固", "V-KOOL/威固")
    assert query_grams("KOOL威固膜") == ["kool", "威固", "固膜"]


def test_japanese_korean_and_thai_are_found_by_parts() -> None:
    assert finds("ガラス", "偽物のガラス製品")
    assert finds("ｶﾞﾗｽ", "ガラス")
    assert finds("화장품", "가짜화장품")
    assert finds("ปลอม", "สินค้าปลอม")


def test_query_without_a_word_needs_nothing() -> None:
    assert query_grams("  .,-!？ ") == []


def test_long_text_has_a_bounded_number_of_grams() -> None:
    assert len(grams("".join(chr(0x4E00 + at % 20_000) for at in range(90_000)))) <= MOST_GRAMS


def test_words_longer_than_a_gram_are_cut_alike_in_any_script_and_come_once() -> None:
    long = "a" * LONGEST_GRAM

    assert grams(f"{long}b serum {long}c") == [long, "serum"]
    assert grams(f"{long}b 精 {long}c") == [long, "精"]
    assert query_grams(f"{long}d") == [long]


@given(st.text(max_size=200))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert set(query_grams(text)) <= set(grams(text))


@given(st.text(max_size=100))
def test_each_gram_comes_once(text: str) -> None:
    assert len(grams(text)) == len(set(grams(text)))
