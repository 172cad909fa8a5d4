"""Fetching, against a server on loopback: what comes, what does not, and what is left behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from keeping import commands
from keeping.fetch import fetch_files, find_files
from tradetalks.checks import DataError
from tradetalks.tables import read_raw
from whowalkedaway import ROOT, build, graph, inputs, runs
from whowalkedaway.__main__ import main

CONTENT = bytes(range(256)) * 2000


class Server(ThreadingHTTPServer):
    """Serves /NAME from `files`; what it does beyond that, a test sets."""

    files: dict[str, bytes]
    cut_after: int | None
    asked: list[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        self.server.asked.append(name)
        if name not in self.server.files:
            self.send_error(404)
            return
        content = self.server.files[name]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.cut_after])
        self.close_connection = True


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server(("127.0.0.1", 0), Handler)
    running.files, running.cut_after = {"one.xlsx": CONTENT, "two.zip": CONTENT[::-1]}, None
    running.asked = []
    thread = threading.Thread(target=running.serve_forever, args=(0.01,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


def table(server: Server) -> pd.DataFrame:
    rows = [
        (name, holds, f"{server.address}/{name}", sha256(content).hexdigest(), len(content), "free")
        for holds, (name, content) in zip(
            ("chapter_rates", "tranche_rates"), server.files.items(), strict=True
        )
    ]
    columns = ["file", "holds", "address", "sha256", "size_bytes", "licence"]
    return pd.DataFrame(rows, columns=columns)


def quiet(text: str) -> None:
    pass


def left_behind(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "lines").iterdir())


def test_files_come_whole_and_once(server, tmp_path):
    files, said = table(server), []
    fetch_files(files, tmp_path, tell=said.append)
    found = find_files(files, tmp_path)
    assert {holds: path.read_bytes() for holds, path in found.items()} == {
        "chapter_rates": CONTENT,
        "tranche_rates": CONTENT[::-1],
    }
    assert left_behind(tmp_path) == ["one.xlsx", "two.zip"]
    assert said == ["one.xlsx: 0.5 MB; licence: free", "two.zip: 0.5 MB; licence: free"]
    fetch_files(files, tmp_path, tell=quiet)
    assert len(server.asked) == 2


def test_a_wrong_checksum_leaves_nothing_and_the_others_come(server, tmp_path):
    files = table(server)
    server.files["one.xlsx"] = CONTENT[::-1]
    with pytest.raises(DataError) as refused:
        fetch_files(files, tmp_path, tell=quiet)
    assert "1 of 2 line-level files did not come" in str(refused.value)
    assert "one.xlsx" in str(refused.value)
    assert "checksum" in str(refused.value)
    assert left_behind(tmp_path) == ["two.zip"]


def test_a_good_file_stays_until_a_better_one_is_whole(server, tmp_path):
    files = table(server)
    fetch_files(files, tmp_path, tell=quiet)
    path = tmp_path / "lines" / "one.xlsx"
    path.write_bytes(b"saved again by a spreadsheet")
    server.cut_after = 1000
    with pytest.raises(DataError, match=r"one\.xlsx: another version is there, and .*/one\.xlsx"):
        fetch_files(files, tmp_path, tell=quiet)
    assert path.read_bytes() == b"saved again by a spreadsheet"
    assert left_behind(tmp_path) == ["one.xlsx", "two.zip"]
    with pytest.raises(DataError, match="not the file that line_files"):
        find_files(files, tmp_path)
    server.cut_after = None
    fetch_files(files, tmp_path, tell=quiet)
    assert path.read_bytes() == CONTENT


def test_a_missing_file_is_named_with_its_address(server, tmp_path):
    files = table(server)
    del server.files["two.zip"]
    with pytest.raises(DataError) as refused:
        fetch_files(files, tmp_path, tell=quiet)
    assert f"404 Client Error: Not Found for url: {server.address}/two.zip" in str(refused.value)
    assert left_behind(tmp_path) == ["one.xlsx"]


def test_offline_gives_one_error_that_says_what_to_do(server, tmp_path):
    files = table(server)
    files["address"] = "http://127.0.0.1:9/" + files["file"]
    with pytest.raises(DataError) as refused:
        fetch_files(files, tmp_path, tell=quiet)
    lines = str(refused.value).splitlines()
    assert lines[0] == "2 of 2 line-level files did not come"
    assert lines[1].startswith("  one.xlsx: http://127.0.0.1:9/one.xlsx cannot be reached (")
    assert "refused" in lines[1]
    assert lines[-1].startswith("What to do: ")
    assert "MIRROR=" in lines[-1]
    assert len(lines) == 4
    assert left_behind(tmp_path) == []


def test_a_mirror_is_a_folder_or_an_address(server, tmp_path):
    files = table(server).assign(address="http://127.0.0.1:9/nowhere")
    fetch_files(files, tmp_path / "a", mirror=f"{server.address}/", tell=quiet)
    assert left_behind(tmp_path / "a") == ["one.xlsx", "two.zip"]
    mirror = tmp_path / "ein Ordner, 另一处"
    mirror.mkdir()
    (mirror / "one.xlsx").write_bytes(CONTENT)
    with pytest.raises(DataError, match=r"two\.zip: .*另一处"):
        fetch_files(files, tmp_path / "b", mirror=str(mirror), tell=quiet)
    (mirror / "two.zip").write_bytes(CONTENT)
    with pytest.raises(DataError, match=r"two\.zip: .*checksum"):
        fetch_files(files, tmp_path / "b", mirror=str(mirror), tell=quiet)
    assert left_behind(tmp_path / "b") == ["one.xlsx"]
    for nothing in ("ftp://127.0.0.1/files", str(tmp_path / "nowhere")):
        with pytest.raises(DataError, match="What to do: name a folder"):
            fetch_files(files, tmp_path / "c", mirror=nothing, tell=quiet)


def test_a_file_that_nobody_publishes_comes_from_a_mirror_alone(server, tmp_path):
    files, said = table(server), []
    files.loc[1, "address"] = None
    fetch_files(files, tmp_path, tell=said.append)
    assert left_behind(tmp_path) == ["one.xlsx"]
    assert said[1] == "two.zip: nobody publishes it as one file; the report can do without"
    content = server.files.pop("two.zip")
    fetch_files(files, tmp_path, mirror=server.address, tell=said.append)
    assert said[-1].startswith("two.zip: the server says 404")
    server.files["two.zip"] = content
    assert list(find_files(files, tmp_path)) == ["chapter_rates"]
    fetch_files(files, tmp_path, mirror=server.address, tell=quiet)
    assert list(find_files(files, tmp_path)) == ["chapter_rates", "tranche_rates"]
    (tmp_path / "lines" / "two.zip").write_bytes(b"other")
    with pytest.raises(DataError, match=r"two\.zip: another version is there, and nobody"):
        fetch_files(files, tmp_path, tell=quiet)


def test_missing_files_are_named_together(server, tmp_path):
    with pytest.raises(DataError) as refused:
        find_files(table(server), tmp_path)
    told = str(refused.value)
    assert "lines/one.xlsx is not there" in told
    assert "lines/two.zip is not there" in told
    assert "make fetch" in told


# ---- the command


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project folder with the shipped tables, whose line files are those of the server."""
    for name in ("data/raw", "notebooks", "params"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(ROOT / name)
    for module in (runs, inputs, build, graph, commands):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def test_the_command_takes_a_mirror_below_the_project_and_refuses_other_names(
    project, monkeypatch, capsys
):
    asked = []
    monkeypatch.setattr(
        "keeping.commands.fetch_files",
        lambda files, raw, mirror: asked.append((len(files), mirror)),
    )
    shipped = len(read_raw(project / "data" / "raw")["line_files"])
    for typed, mirror in [
        ("", ""),
        (" -- MIRROR=../files", str(project / "../files")),
        (" -- MIRROR=https://example.org/x", "https://example.org/x"),
    ]:
        monkeypatch.setenv("MAKEFLAGS", typed)
        assert main(["fetch"]) == 0
        assert asked.pop() == (shipped, mirror)
    monkeypatch.setenv("MAKEFLAGS", " -- MIROR=x")
    assert main(["fetch"]) == 2
    assert "no such parameter" in capsys.readouterr().err


def test_a_run_from_lines_is_refused_before_it_starts_where_a_file_is_missing(
    project, monkeypatch, capsys
):
    monkeypatch.setattr("keeping.fetch.FOLDER", "no-such-folder")
    monkeypatch.setenv("MAKEFLAGS", " -- DETAIL=lines")
    assert main(["report"]) == 2
    told = capsys.readouterr().err
    for name in ("bown-jung-zhang-2019-06-12.xlsx is not there", "make fetch", "DETAIL=chapters"):
        assert name in told
    assert not (project / "build" / "may-2019+detail=lines" / "parameters").exists()


def test_a_list_can_be_checked_from_the_command_line(project, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("keeping.fetch.FOLDER", "no-such-folder")
    (tmp_path / "list.csv").write_text("hts8,tranche\n28459000,US-301-L1\n")
    for typed, says in [
        ("", "LIST is missing"),
        (" -- LIST=nowhere.csv", "no such file"),
        (" -- LIST=list.csv", "US-301-L1: 816 of 817 codes missing"),
    ]:
        monkeypatch.setenv("MAKEFLAGS", typed)
        assert main(["check-list"]) == 2
        assert says in capsys.readouterr().err
