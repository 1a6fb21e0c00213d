import io
import json
from types import SimpleNamespace

import pytest
from django.core.management import call_command

PLAN = {"kind": "clock", "tz": "America/New_York", "rows": [{"local": "2027-11-07T01:30"}]}
ANSWER = {
    "rows": [
        {
            "local": "2027-11-07T01:30",
            "as_start": "2027-11-07T05:30Z",
            "as_end": "2027-11-07T06:30Z",
        }
    ]
}


@pytest.fixture
def run(monkeypatch):
    """Run the command on the bytes: its exit code and what it wrote to both streams."""

    def run_on(data: bytes, **options):
        stdout, stderr = io.StringIO(), io.StringIO()
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        try:
            call_command("plan_duty", stdout=stdout, stderr=stderr, **options)
        except SystemExit as stop:
            return stop.code, stdout.getvalue(), stderr.getvalue()
        return 0, stdout.getvalue(), stderr.getvalue()

    return run_on


@pytest.mark.parametrize(
    ("document", "answer"), [(PLAN, ANSWER), ([PLAN] * 2, [ANSWER] * 2), ([], [])]
)
def test_plan_is_answered_on_standard_output(run, document, answer):
    code, output, errors = run(json.dumps(document).encode())

    assert (code, json.loads(output), errors) == (0, answer, "")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (json.dumps([PLAN, PLAN | {"tz": "Mars"}]).encode(), "[1].tz: "),
        (b'{"kind": "clock"}', "tz: is missing."),
        (b"not json", "The document is not JSON"),
        (b"\xff\xfe", "The document is not UTF-8"),
        (b"", "The document is not JSON"),
        (b" " * 101, "The document is longer than 100 bytes"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_2(run, data, sentence):
    code, output, errors = run(data, max_bytes=100 if len(data) == 101 else 1000)

    assert (code, output) == (2, "")
    assert errors.startswith(sentence)
    assert errors.endswith(".\n")
    assert errors.count("\n") == 1
