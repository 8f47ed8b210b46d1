"""What an operator and an author see of the ledger: tables, signs, running balances; in narrow terminals, and as data."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import termios

import pytest

from conftest import Project, plain_masque

WIDTHS = [44, 60, 80, 100, 160]
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def company(home, tmp_path):
    """Ada, who wears masques of grace's and of a library with a long path and no owner."""
    long = tmp_path / "a library in a folder with a long name that nobody owns yet"
    own = tmp_path / "library"
    for folder, name in ((long, "Nobody's"), (own, "Plain")):
        folder.mkdir()
        (folder / "plain.masque.yaml").write_text(plain_masque(name, index=81), encoding="utf-8")
    home.masques.mkdir(mode=0o700)
    settings = {
        "operator": {"name": "ada"},
        "libraries": [{"path": str(own), "owner": "grace"}],
        "rates": {"hold": "0.50", "per_session": "0.100001", "fee_basis_points": 1000},
    }
    (home.masques / "config.yaml").write_text(json.dumps(settings), encoding="utf-8")
    project = Project(home, tmp_path / "project")
    project.unclaimed = f"unclaimed:{long}"
    project.run("ledger", "deposit", "1234.5", "--reference", "invoice 1").succeeded()
    for folder in (own, own, long):
        project.don(folder / "plain.masque.yaml")
        project.doff()
    project.don(own / "plain.masque.yaml")
    return project


def shown(project, *words):
    """What a command prints; times are the same each time."""
    done = project.run("ledger", *words).succeeded()
    return TIME.sub("2026-11-21 12:00:00", done.out)


def on_terminal(project, columns, *words, environment={}):
    """What a command shows on a terminal of so many columns: its lines, without colours, and whether there were any."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [project.home.masque, "ledger", *words],
        cwd=project.folder,
        env=project.home.environment | {"TERM": "xterm-256color"} | environment,
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.PIPE,
    )
    os.close(follower)
    data = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        data += part
    os.close(leader)
    error = process.stderr.read().decode()
    assert process.wait() == 0, error
    text = data.decode().replace("\r\n", "\n")
    return COLOUR.sub("", text).splitlines(), COLOUR.search(text) is not None


def test_balances(company):
    """Decimal points stand below each other; what an account may not go beyond is told."""
    rows = [
        ("account", " balance (USD)", "held", "  available", "expected"),
        ("operator:ada", "   1234.199997", "0.50", "1233.699997", "    0.00"),
        ("author:grace", "      0.180002", "0.00", "   0.180002", "    0.50"),
        (company.unclaimed, "      0.090001", "0.00", "   0.090001", "    0.00"),
        ("treasury", "  -1234.50    ", "0.00", "   no limit", "    0.00"),
        ("fees", "      0.03    ", "0.00", "   no limit", "    0.00"),
    ]
    width = len(company.unclaimed)
    wanted = [f"{first:<{width}} {'  '.join(rest)}".rstrip() for first, *rest in rows]
    assert shown(company, "balance", "--all").splitlines() == wanted


def test_statement(company):
    """Each line has its sign, and what there is after it."""
    lines = shown(company, "statement").splitlines()
    assert lines[0] == "operator:ada"
    assert lines[1].split() == "time (UTC) kind amount (USD) balance held with how it came about".split()
    assert lines[2] == (
        "2026-11-21 12:00:00  deposit  +1234.50      1234.50      0.00  treasury"
        + " " * (len(company.unclaimed) - 8)
        + "  paid in (invoice 1)"
    )
    assert [line.split()[2] for line in lines[2:]] == ["deposit"] + ["hold", "payment"] * 3 + ["hold"]
    assert [line.split()[3] for line in lines[2:]] == ["+1234.50"] + ["0.50", "-0.100001"] * 3 + ["0.50"]
    assert [line.split()[4] for line in lines[2:]] == [
        "1234.50",
        "1234.50",
        "1234.399999",
        "1234.399999",
        "1234.299998",
        "1234.299998",
        "1234.199997",
        "1234.199997",
    ]
    assert [line.split()[5] for line in lines[2:]] == ["0.00"] + ["0.50", "0.00"] * 3 + ["0.50"]
    # The decimal points stand below each other.
    for column in (3, 4, 5):
        places = {re.match(r"(\S+ \S+ +)" + r"(\S+ +)" * (column - 2) + r"\S*?(?=\.)", line).end() for line in lines[2:]}
        assert len(places) == 1, lines
    assert lines[3].endswith("Plain: set aside: more will not be paid")
    assert lines[4].endswith("Plain: 1 session at 0.100001")


def test_an_author_sees_what_came_in_and_what_the_platform_took(company):
    lines = shown(company, "statement", "author:grace").splitlines()
    assert [line.split()[2] for line in lines[2:]] == ["hold", "payment", "fee"] * 2 + ["hold"]
    assert [line.split()[3] for line in lines[2:]] == ["0.50", "+0.100001", "-0.01"] * 2 + ["0.50"]
    lines = shown(company, "earnings", "grace").splitlines()
    month = lines[1].split()[1]
    assert lines[:2] == [
        "account       month    masque  paid (USD)  fees    earned  wearings",
        f"author:grace  {month}  Plain     0.200002  0.02  0.180002         2",
    ]
    assert lines[3:] == [
        "account       earned (USD)  not paid out  expected",
        "author:grace      0.180002      0.180002      0.50",
    ]
    paid = shown(company, "settle", "grace", "--amount", "0.1", "--reference", "t 1")
    assert paid == "✓ 0.10 USD paid out to author:grace (t 1)\nbalance: 0.080002 USD\n"
    again = shown(company, "settle", "grace", "--amount", "0.1", "--reference", "t 1")
    assert again == "0.10 USD were paid out to author:grace before (t 1); nothing has moved\nbalance: 0.080002 USD\n"
    company.run("ledger", "settle", "grace", "--amount", "5").refused("0.080002 USD", "5.00 USD")


def test_verified(company):
    lines = shown(company, "verify").splitlines()
    assert [line[0] for line in lines[:-1]] == ["✓"] * 7
    assert lines[-1] == "5 accounts, 11 transfers, 1 open hold"


def test_pages(company):
    """As many lines as were asked for, and whether there are more."""
    done = company.run("ledger", "statement", "--limit", "3").succeeded()
    cursor = re.search(r"--cursor (\d+)", done.err).group(1)
    first = [line["transfer"] for line in company.run("ledger", "statement", "--limit", "3", "--json").json["lines"]]
    rest = company.run("ledger", "statement", "--limit", "5", "--cursor", cursor, "--json").succeeded().json
    assert rest["next"] is None
    everything = company.run("ledger", "statement", "--json").json
    assert everything["next"] is None
    assert first + [line["transfer"] for line in rest["lines"]] == [line["transfer"] for line in everything["lines"]]
    # All of it is no page of something longer.
    assert company.run("ledger", "statement", "--limit", "8").succeeded().err == ""
    assert "There is more" in company.run("ledger", "statement", "--limit", "7", "--newest-first").succeeded().err


@pytest.mark.parametrize("words", [["statement"], ["statement", "author:grace"], ["balance", "--all"], ["earnings"]], ids=" ".join)
@pytest.mark.parametrize("columns", WIDTHS)
def test_terminals(company, columns, words):
    """No amount is cut, and nothing is wider than the terminal but for tables of more amounts than it has room for."""
    lines, _ = on_terminal(company, columns, *words)
    money = {"1234.199997", "0.180002"} if words != ["earnings"] else {"0.180002", "0.090001"}
    found = set(" ".join(lines).split())
    wanted = {"statement": {"+1234.50", "-0.100001"}, "balance": money, "earnings": money}[words[0]]
    if words == ["statement", "author:grace"]:
        wanted = {"+0.100001", "-0.01", "0.180002"}
    assert wanted <= found, lines
    if columns >= {"statement": 40, "balance": 60, "earnings": 80}[words[0]]:
        assert max(map(len, lines)) <= columns, lines
    text = " ".join(" ".join(lines).split())
    if words == ["statement"]:
        assert text.count("set aside: more will not be paid") == 4
        assert text.count("operator:ada") == 1


def test_a_narrow_statement(company):
    lines, _ = on_terminal(company, 60, "statement")
    lines = [TIME.sub("2026-11-21 12:00", line) for line in lines]
    assert lines[1:7] == [
        "time (UTC)        amount (USD)      balance",
        "2026-11-21 12:00  +1234.50      1234.50",
        "    deposit, treasury: paid in (invoice 1)",
        "2026-11-21 12:00      0.50      1234.50",
        "    hold, author:grace: Plain: set aside: more will not be",
        "    paid",
    ]


def test_colours(company):
    """On terminals alone, and only where they are wanted."""
    assert on_terminal(company, 100, "verify")[1]
    assert not on_terminal(company, 100, "verify", environment={"NO_COLOR": "1"})[1]
    assert not on_terminal(company, 100, "verify", "--color", "never")[1]
    assert "\x1b" not in company.run("ledger", "verify").out
    assert "\x1b" in company.run("ledger", "verify", "--color", "always").out


def test_data(company):
    """The same as data: amounts are decimal numbers in texts, and nothing is cut or coloured."""
    told = company.run("ledger", "balance", "--all", "--json", "--color", "always").succeeded().json
    assert told["currency"] == "USD" and told["version"] == 1
    accounts = {account["account"]: account for account in told["accounts"]}
    assert accounts["treasury"] == {
        "account": "treasury",
        "balance": "-1234.50",
        "held": "0.00",
        "available": None,
        "expected": "0.00",
    }
    assert accounts[company.unclaimed]["balance"] == "0.090001"
    line = company.run("ledger", "statement", "--json").json["lines"][2]
    assert (line["kind"], line["amount"], line["balance"], line["held"]) == ("payment", "-0.100001", "1234.399999", "0.00")
    assert line["masque"] == "Plain" and re.fullmatch("[0-9a-f]{32}", line["session"])
    export = [json.loads(line) for line in company.run("ledger", "export").succeeded().out.splitlines()]
    assert [line["type"] for line in export] == ["account"] * 5 + ["transfer"] * 11
    assert {type(line[key]) for line in export for key in line if key.endswith(("amount", "posted"))} == {str}


def test_empty(home, project):
    home.configure("rates: {hold: '0.50'}\n")
    assert project.run("ledger", "balance").succeeded().out.splitlines()[1].split()[1:] == ["0.00"] * 2 + ["no", "limit", "0.00"]
    assert project.run("ledger", "statement").succeeded().out == "postpaid:ada\nnothing has moved\n"
    assert project.run("ledger", "earnings").succeeded().out == "nobody has earned anything\n"
    assert project.run("ledger", "verify").succeeded().out.endswith("0 accounts, 0 transfers, 0 open holds\n")


def test_doctor(company):
    """It looks at the books themselves, and at what waits to be posted."""
    done = company.run("doctor")
    assert f"✓ ledger-books: {company.home.masques}/ledger.db is a ledger, of 5 accounts" in done.out
    book = company.home.masques / "ledger.db"
    for path in company.home.masques.glob("ledger.db*"):
        path.unlink()
    book.write_bytes(b"this is no database" * 100)
    book.chmod(0o600)
    done = company.run("doctor")
    assert done.status == 1
    assert re.search(r"✗ ledger-books: .*ledger\.db", done.out), done
    book.unlink()
    waiting = company.home.masques / "ledger-deferred.jsonl"
    waiting.write_text("nonsense\n")
    assert "✗ ledger-books: " in company.run("doctor").out
    waiting.unlink()
    assert "ledger-books" not in company.run("doctor").out
