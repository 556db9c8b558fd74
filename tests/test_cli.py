"""The command itself: quick to start, one line for what nobody foresaw, a log that says more."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from pyspark import SparkConf

from patentcore import api, arguments, cli
from patentcore.engine import classic, log
from patentcore.errors import ConfigError
from patentcore.lake.formats import extras_for
from patentcore.progress import log_to_terminal
from tests.jobs.test_run_of_exports import HEADER, rows


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv(log.VARIABLE, raising=False)
    monkeypatch.setattr(log, "_current", None)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_what_needs_no_library_loads_none(argument: str) -> None:
    code = (
        "import sys; from patentcore import cli\n"
        "try: cli.main([sys.argv[1]])\n"
        "except SystemExit: pass\n"
        "heavy = {'pyspark', 'py4j', 'pandas', 'numpy', 'pyarrow', 'pydantic', 'grpc', 'psutil'}\n"
        "sys.exit(str(sorted(heavy & set(sys.modules)) or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, argument], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == ""


@pytest.mark.parametrize(("given", "rarely"), [("", True), ("['config']", False)])
def test_only_a_process_of_its_own_looks_for_garbage_rarely(given: str, rarely: bool) -> None:
    code = (
        "import gc, sys; from patentcore import cli; before = gc.get_threshold()\n"
        f"sys.argv[1:] = ['config']; cli.main({given})\n"
        "sys.exit(gc.get_threshold() != before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == rarely


@pytest.mark.parametrize("arguments", [["show", "x", "run"], ["config"], ["doctor", "--help"]])
def test_what_needs_no_tables_loads_no_pandas(arguments: list[str]) -> None:
    code = (
        "import sys; from patentcore import cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "sys.exit(str(sorted({'pandas', 'scipy', 'numba'} & set(sys.modules)) or ''))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )
    assert "['" not in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (ZeroDivisionError("division by zero"), 1, "ZeroDivisionError: division by zero"),
        (OSError(28, "No space left on device"), 1, "no space left: [Errno 28] No space left"),
        (RuntimeError("Failed to allocate 9 MB"), 1, "RuntimeError: Failed to allocate 9 MB"),
        (
            RuntimeError("Failed to allocate additional 9 MB"),
            1,
            "out of memory: Failed to allocate additional 9 MB; give it more with --conf spark.dri",
        ),
        (RuntimeError("x\n[FAILED_READ_FILE] Broken."), 3, "the input cannot be read: [FAILED_"),
    ],
)
def test_what_nobody_foresaw_is_one_line_and_details_that_stay(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    temporary: Path,
    error: Exception,
    code: int,
    sentence: str,
) -> None:
    def fail(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "_doctor", fail)
    assert cli.main(["doctor"]) == code
    (path,) = temporary.iterdir()
    told, where = capsys.readouterr().err.splitlines()
    assert told.startswith(f"patentcore: {sentence}")
    assert where == f"details in {path}"
    assert "Traceback" in path.read_text()


def test_what_is_explained_leaves_no_log(temporary: Path) -> None:
    assert cli.main(["show", str(temporary / "gone")]) == 3
    assert list(temporary.iterdir()) == []


PARSER = arguments.parser_of(cli._calls())


def test_the_help_lists_every_command_once_and_examples_that_are_understood() -> None:
    text = PARSER.format_help()
    listed = [name for names in arguments.GROUPS.values() for name in names]
    assert set(cli._calls()) <= set(listed)
    assert len(listed) == len(set(listed))
    for name in cli._calls():
        assert f"\n  {name} " in text
        for example in arguments.EXAMPLES[name]:
            words = shlex.split(example.removeprefix('eval "$(').removesuffix(')"'))
            given = words[1 : words.index(">") if ">" in words else None]
            assert PARSER.parse_args(given).command == name


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("shwo result", "no command 'shwo'; did you mean show? (see patentcore --help)"),
        ("run --inptu x", "run: no option --inptu; did you mean --input? (for example: patent"),
        ("run", "run: the following arguments are required: --input (for example: patentcore run"),
        ("run --input x --engine embeded", "no --engine 'embeded'; did you mean embedded?"),
        ("ingest --source patsnp --input . --output y", "did you mean patsnap?"),
        ("run --input x --config derwnt", "did you mean derwent?"),
        ("run --input x --set scoring.reference_yaer=2017", "reference_year"),
        ("run --input x --step 1", "--step is of windows, which --window asks for"),
        ("run --input s3://lake/x", "needs --output DIR"),
        ("run --input x --conf spark", "--conf wants KEY=VALUE, not 'spark'"),
        ("show result scores --top 0", "for example --top 20"),
        ("config lnes", "did you mean lens?"),
        ("completion bsh", "no shell 'bsh'; did you mean bash?"),
        ("frobnicate", "no command 'frobnicate'; choose from corpus, ingest, run"),
        ("corpus --output x --scale ten", "argument --scale: invalid float value: 'ten' (for ex"),
    ],
)
def test_whatever_is_wrong_on_the_command_line_comes_with_the_remedy(
    words: str,
    sentence: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "run.json").write_text("{}")
    assert cli.main(shlex.split(words)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert sentence in line


def test_an_input_that_is_not_there_is_named_with_the_nearest_beside_it(
    spark: object, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "exports").mkdir()
    words = ["run", "--input", str(tmp_path / "exprots"), "--output", str(tmp_path / "out")]
    assert cli.main(words) == 3
    assert "exprots; did you mean exports?" in capsys.readouterr().err


def test_an_export_alone_is_run_into_a_folder_named_after_it(
    spark: object,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("panels.csv").write_text("\n".join([HEADER, *rows()]), encoding="utf-8")
    assert cli.main(["run", "--input", "panels.csv", "--json", "--quiet"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert printed.err == ""
    assert told["output"] == "panels-result"
    assert Path(told["report"]).samefile("panels-result/report.html")
    assert told["counts"]["ingest.patents"] == told["counts"]["score.scored"] == 6
    assert told["chosen"]["name"] == "paper"
    assert cli.main(["run", "--input", "panels.csv", "--json"]) == 4
    failure = json.loads(capsys.readouterr().out)
    assert failure["command"] == "run"
    assert failure["exit_code"] == 4
    assert "output.mode=overwrite" in failure["error"]
    assert cli.main(["show", "panels-result", "--json", "--columns", "rank", "--limit", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == [{"rank": 1}, {"rank": 2}]
    assert cli.main(["compare", "panels-result", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["figures"]) == 78


@pytest.mark.parametrize("words", ["config", "config lens", "doctor --engine embedded"])
def test_what_runs_nothing_is_one_document_too(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*words.split(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["command"] == words.split()[0]


def completion(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["completion", shell]) == 0
    path = folder / f"completion.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return str(path)


# What a shell says of a line that is not ended yet; $1 is the script, $2 the line. Zsh completes
# in a terminal only, where Ctrl-D lists what a line can become once its editor reads.
COMPLETES = {
    "bash": r"""
source "$1"; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
function=$(complete -p patentcore | sed 's/.*-F \([^ ]*\).*/\1/')
$function patentcore "${COMP_WORDS[COMP_CWORD]}" ""; echo "${COMPREPLY[@]}"
""",
    "zsh": r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; eval \"\$(<$1)\"
zle-line-init() { print LOA''DED }; zle -N zle-line-init"
zpty -r shell said '*LOADED*'
zpty -n -w shell "$2"$'\C-d'
zpty -n -w shell $'\C-uprint DO\'\'NE\n'
zpty -r shell said '*DONE*'
print -r -- ${${said#*$2*$'\e[J'}%%$'\e'*}
""",
    "fish": 'source "$argv[1]"; complete -C "$argv[2]"',
}


CLEAN = {"zsh": ("-f",), "fish": ("--no-config",)}  # without a user's own settings


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("patentcore sho", ["show"]),
        ("patentcore show result sco", ["scores"]),
        ("patentcore run --eng", ["--engine"]),
        ("patentcore ingest --source pats", ["patsnap", "patstat"]),
        ("patentcore config le", ["lens"]),
    ],
)
@pytest.mark.parametrize("shell", arguments.SHELLS)
def test_shells_complete_commands_options_and_names(
    shell: str,
    words: str,
    expected: list[str],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    path = completion(shell, tmp_path, capsys)
    named = [] if shell == "fish" else [shell]
    done = subprocess.run(
        [shell, *CLEAN.get(shell, ()), "-c", COMPLETES[shell], *named, path, words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    # Descriptions stand behind a tab (fish) or two dashes (zsh).
    told = [re.split(r"\t| +-- ", line)[0].split() for line in done.stdout.splitlines()]
    assert [word for line in told for word in line] == expected, done.stderr


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("corpus.applicants=gone.txt", "corpus.applicants: gone.txt cannot be read: No such file"),
        ("technologies.catalogue=gone.toml", "gone.toml"),
    ],
)
@pytest.mark.parametrize("command", ["run", "screen"])
def test_files_that_a_configuration_names_are_looked_for_before_an_engine_starts(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    setting: str,
    message: str,
) -> None:
    monkeypatch.setattr(api, "get_spark", pytest.fail)
    assert cli.main([command, "--input", "in", "--output", "out", "--set", setting]) == 2
    assert message in capsys.readouterr().err


def test_a_name_that_is_too_long_is_left_to_the_output_to_refuse(tmp_path: Path) -> None:
    assert not extras_for([str(tmp_path / ("x" * 300))]).needed


@pytest.mark.parametrize(
    "staging", ["s3a://KEY:SECRET@bucket/staging", "s3://KEY@bucket/s", "hdfs://me:SECRET@host/s"]
)
def test_a_staging_folder_with_credentials_is_refused_and_not_shown(
    capsys: pytest.CaptureFixture[str], staging: str
) -> None:
    given = ["run", "--input", "in", "--output", "out", "--set", f"output.staging={staging}"]
    assert cli.main(given) == 2
    said = capsys.readouterr().err
    assert "URI holds credentials" in said
    assert "SECRET" not in said


KEY = "spark.hadoop.fs.s3a.secret.key"


def test_a_secret_in_the_command_line_is_warned_of_without_showing_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINE", "SECRET")
    log_to_terminal()
    assert cli._pair(f"{KEY}=SECRET") == (KEY, "SECRET")
    said = capsys.readouterr().err
    assert f"give --conf {KEY}=env:NAME" in said
    assert "SECRET" not in said
    assert cli._pair(f"{KEY}=env:MINE") == (KEY, "SECRET")
    assert capsys.readouterr().err == ""
    with pytest.raises(ConfigError, match="the environment has no variable GONE"):
        cli._pair(f"{KEY}=env:GONE")


def test_secrets_in_errors_reach_neither_the_user_nor_the_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], temporary: Path
) -> None:
    told = f"403 at s3a://KEY:SECRET@lake/x with {KEY}=SECRET, token: 'SECRET'"

    def fail(_: object) -> None:
        raise RuntimeError(told)

    monkeypatch.setattr(cli, "_doctor", fail)
    assert cli.main(["doctor"]) == 1
    (path,) = temporary.iterdir()
    for told in (capsys.readouterr().err, path.read_text()):
        assert "s3a://***@lake/x" in told
        assert "SECRET" not in told


def test_java_s_command_line_has_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}

    def launch(conf: SparkConf, _: object) -> None:
        given.update(conf.getAll())
        raise InterruptedError

    monkeypatch.setattr(classic, "launch_gateway", launch)
    monkeypatch.setattr(classic, "current_log", lambda: None)
    with pytest.raises(InterruptedError):
        classic.launch_jvm({"spark.driver.memory": "4g", KEY: "SECRET"})
    assert given == {"spark.driver.memory": "4g"}
