# SPDX-FileCopyrightText: Stadtherz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the command says before it does anything: help, unknown verbs, settings that cannot be understood."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from stadtherz import __version__
from stadtherz.ops import places, steps
from stadtherz.ops.ownership import in_words
from stadtherz.ops.packages import refuse_foreign_folder
from stadtherz.ops.steps import Failure
from stadtherz.ops.verbs import VERBS

from .command import ROOT, environment, stadtherz


def test_a_linked_folder_of_front_end_packages_is_never_emptied(tmp_path: Path) -> None:
    elsewhere, inside, link = tmp_path / "elsewhere", tmp_path / "checkout" / "packages", tmp_path / "checkout" / "link"
    elsewhere.mkdir()
    inside.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(Failure, match="outside this checkout, and npm would empty that folder"):
        refuse_foreign_folder(link)
    link.unlink()
    link.symlink_to(inside)
    refuse_foreign_folder(link)
    refuse_foreign_folder(inside)


@pytest.mark.parametrize("why", ["No space left on device", "wrote only 4096 of 8192 bytes at block 7"])
def test_a_full_disk_is_named_instead_of_the_last_lines_of_a_traceback(why: str) -> None:
    told = f"echo 'could not extend file \"base/1/2\": {why}' >&2; echo 'HINT: Check' >&2; exit 1"
    with pytest.raises(Failure) as failed:
        steps.run(["sh", "-c", told], step="Tables", remedy="look")
    assert failed.value.reason == f'the disk is full: could not extend file "base/1/2": {why}'
    assert "make room" in failed.value.remedy


def test_without_a_verb_it_names_all_verbs() -> None:
    said = stadtherz()
    assert said.returncode == 0
    assert [verb.name for verb in VERBS if f"\n  {verb.name} " not in said.stdout] == []


def test_every_verb_has_its_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    from stadtherz.ops.verbs import main

    for verb in VERBS:
        with pytest.raises(SystemExit) as ended:
            main([verb.name, "--help"])
        assert ended.value.code == 0
        assert f"./stadtherz {verb.name}" in capsys.readouterr().out


def test_help_and_version_as_other_programs_say_them(capsys: pytest.CaptureFixture[str]) -> None:
    from stadtherz.ops.verbs import main

    with pytest.raises(SystemExit):
        main(["help", "demo"])
    assert "reset removes ALL data" in capsys.readouterr().out
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"Stadtherz {__version__}\n"


def test_a_data_folder_where_nothing_can_be_written_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from stadtherz.ops.verbs import main

    monkeypatch.setattr(places, "VAR", Path("/sys/stadtherz"))  # not even root makes folders there
    assert main(["doctor"]) == 1
    said = capsys.readouterr().err
    assert "✗ ./stadtherz doctor\n  Reason: /sys/stadtherz is shut to " in said
    assert "STADTHERZ_DATA_DIR" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_a_file_of_somebody_else_names_its_owner(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, -1)
    found = in_words(PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "log" / "x")), "Start")
    assert found is not None
    assert f"{tmp_path} belongs to nobody" in found.reason
    assert found.remedy == "sudo -u nobody ./stadtherz …"


def test_a_full_disk_is_said_in_words() -> None:
    found = in_words(OSError(errno.ENOSPC, "No space left on device", "/var/town/run.lock"), "Start")
    assert found is not None
    assert found.reason == "the disk is full (/var/town/run.lock)"
    assert in_words(OSError(errno.EPIPE, "Broken pipe"), "Start") is None


def test_an_unknown_verb_gets_the_nearest_one_named() -> None:
    said = stadtherz("bakup")
    assert said.returncode == 2
    assert "no verb 'bakup'. Did you mean 'backup'?" in said.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["osm", "load"], "the following arguments are required: source\n"),
        (["demo", "rest"], "argument what: invalid choice: 'rest'"),
        (["run", "--port", "abc"], "invalid int value: 'abc'"),
        (["restore", "a", "b"], "unrecognized arguments: b"),
    ],
)
def test_wrong_words_name_step_reason_and_remedy(
    words: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from stadtherz.ops.verbs import main

    assert main(words) == 2
    said = capsys.readouterr().err
    assert f"✗ ./stadtherz {words[0]}\n  Reason: " in said
    assert reason in said
    assert f"\n  Remedy: ./stadtherz {words[0]} [" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["osm_load", "--skip-checks", "/nowhere.osm.pbf"],
            "✗ Map extract\n  Reason: There is no file /nowhere.osm.pbf.\n  Remedy: Give",
        ),
        (["audti", "verify"], "✗ Command\n  Reason: there is no command 'audti'\n  Remedy: did you mean 'audit'?"),
        (
            ["jobs", "--skip-checks", "--retry", "x"],
            "✗ ./stadtherz manage jobs\n  Reason: x is not a job's number.\n  Remedy: ./stadtherz manage",
        ),
    ],
)
@pytest.mark.django_db
def test_a_refused_command_names_step_reason_and_remedy(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from stadtherz.ops.django_command import main

    assert main(words) == 1
    assert said in capsys.readouterr().err


def test_an_unknown_setting_is_refused_with_the_nearest_one_named(tmp_path: Path) -> None:
    said = stadtherz("setup", data=tmp_path, STADTHERZ_PORTT="8000")
    assert said.returncode == 2
    assert "no option portt. Did you mean port?" in said.stderr
    assert "Remedy:" in said.stderr


def test_an_unknown_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stadtherz.toml").write_text('mail_frm = "stadt@example.org"\n')
    said = stadtherz("run", data=tmp_path)
    assert said.returncode == 2
    assert "mail_from" in said.stderr


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    address = f"postgresql://somebody@/nothing?host={tmp_path}"
    said = stadtherz("manage", "check", "--database", "default", data=tmp_path, STADTHERZ_DATABASE_URL=address)
    assert said.returncode == 1
    assert "the server that STADTHERZ_DATABASE_URL names cannot be used" in said.stderr


def test_a_missing_set_up_is_said(tmp_path: Path) -> None:
    said = stadtherz("backup", tmp_path / "archive", data=tmp_path / "nothing")
    assert said.returncode == 1
    assert "Remedy: ./stadtherz setup" in said.stderr


def bare_checkout(folder: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """A checkout with nothing laid yet, and how to call its set-up with a PATH on which there is no Python."""
    checkout, programs = folder / "a checkout", folder / "bin"
    shutil.copytree(ROOT / "requirements", checkout / "requirements")
    shutil.copy(ROOT / "stadtherz", checkout)
    programs.mkdir()
    tools = [
        "bash",
        "readlink",
        "dirname",
        "basename",
        "cat",
        "sha256sum",
        "cut",
        "id",
        "mkdir",
        "flock",
        "sed",
        "tail",
        "head",
        "grep",
        "rm",
        "env",
    ]
    for name in tools:
        found = shutil.which(name)
        assert found
        (programs / name).symlink_to(found)

    def call() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [checkout / "stadtherz", "setup"],
            env=environment() | {"PATH": str(programs)},
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    said = bare_checkout(tmp_path)()
    assert said.returncode == 1
    assert "no Python 3.11 or newer was found" in said.stderr
    assert "apt-get install python3" in said.stderr


def test_a_disk_that_runs_full_leaves_no_half_package_that_counts_as_a_whole_one(tmp_path: Path) -> None:
    set_up = bare_checkout(tmp_path)
    python = tmp_path / "a checkout" / "var" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        '#!/bin/sh\n[ "$1" = -c ] && exit 0\necho "copy: No space left on device (os error 28)"\nexit 1\n'
    )
    python.chmod(0o755)
    said = set_up()
    assert "✗ Python packages\n  Reason: the disk is full\n  Remedy: make room" in said.stderr
    assert "no Python 3.11 or newer was found" in set_up().stderr, "it begins with a new environment"


def test_called_through_a_link_and_from_elsewhere(tmp_path: Path) -> None:
    link = tmp_path / "a link"
    link.symlink_to(ROOT / "stadtherz")
    said = subprocess.run([link], cwd="/", env=environment(), capture_output=True, text=True, check=False)
    assert said.returncode == 0
    assert "Usage: ./stadtherz VERB" in said.stdout
