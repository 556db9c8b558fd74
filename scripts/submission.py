"""The spark-submit command of a job: what scripts/submit prints and runs.

Options stand before the job; what is not listed here goes to spark-submit as it is.

  --print               print the command and do nothing
  --with NAME,...       also the jars that scripts/setup --with fetched
  --environment         ship dist/environment.tar.gz, which scripts/package --environment makes, as
                        the workers' Python; else they have one at PYSPARK_PYTHON (here: .venv's)
  --dynamic MIN:MAX     so many executors, as there is work
  --image, --upload, --service-account, --namespace
                        on Kubernetes: the container's image, a place that every pod reads for
                        files that are here, the driver's account, where pods are
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "lib"))

import pyspark  # noqa: E402
from environment import archive_of  # noqa: E402

from patentcore.engine import preflight, shipping  # noqa: E402
from patentcore.errors import ConfigError, PatentCoreError  # noqa: E402
from patentcore.redaction import redacted  # noqa: E402

ZIP = Path("dist") / shipping.NAME
IN_ARCHIVE = "./environment/bin/python"
FLAGS = ("--verbose", "-v", "--supervise", "--help", "-h", "--version")
"""Those of spark-submit's options that take no value."""
KUBERNETES = {
    "--image": "spark.kubernetes.container.image",
    "--upload": "spark.kubernetes.file.upload.path",
    "--service-account": "spark.kubernetes.authenticate.driver.serviceAccountName",
    "--namespace": "spark.kubernetes.namespace",
}
OWN = ("--with", "--dynamic", *KUBERNETES)
# What the driver's exit code was, as YARN tells it of a driver that ran on the cluster.
EXIT_CODE = re.compile(r"User application exited with status (\d+)")


@dataclass
class Wish:
    """What was asked for.

    Attributes:
        own: this script's options and their values.
        passed: spark-submit's, with their values.
        job: the job and its arguments.
        only_print: whether to do nothing.
        has_environment: whether to ship a Python.
    """

    own: dict[str, str] = field(default_factory=dict)
    passed: list[str] = field(default_factory=list)
    job: list[str] = field(default_factory=list)
    only_print: bool = False
    has_environment: bool = False

    def value(self, option: str, default: str) -> str:
        """Return what spark-submit is given for an option."""
        given = [v for k, v in zip(self.passed, self.passed[1:], strict=False) if k == option]
        return given[-1] if given else default

    @property
    def master(self) -> str:
        """Where it runs."""
        return self.value("--master", "local[*]")

    @property
    def is_cluster_mode(self) -> bool:
        """Tell whether the driver runs on the cluster, too."""
        return self.value("--deploy-mode", "client") == "cluster"

    def has_setting(self, key: str) -> bool:
        """Tell whether a setting of Spark's is given."""
        return any(word.startswith(f"{key}=") for word in self.passed)


def wish_of(words: Sequence[str]) -> Wish:
    """Part the options from the job.

    >>> wish = wish_of(["--master=yarn", "--dynamic", "1:4", "jobs/run.py", "--input", "in"])
    >>> wish.master, wish.own, wish.job
    ('yarn', {'--dynamic': '1:4'}, ['jobs/run.py', '--input', 'in'])
    """
    wish, left = Wish(), iter(words)
    for word in left:
        if not word.startswith("-"):
            wish.job = [word, *left]
        elif word == "--print":
            wish.only_print = True
        elif word == "--environment":
            wish.has_environment = True
        elif word in FLAGS:
            wish.passed.append(word)
        else:
            option, equals, value = word.partition("=")
            value = value if equals else next(left, "")
            if not value:
                raise ConfigError(f"scripts/submit: {option} wants a value")
            if option in OWN:
                wish.own[option] = value
            else:
                wish.passed += [option, value]
    if not wish.job and not wish.passed:
        raise ConfigError("scripts/submit: which job? For example jobs/run_pipeline.py")
    return wish


def command_of(wish: Wish) -> list[str]:
    """Return the command that does what was asked for.

    Raises:
        ConfigError: the cluster does not do that.
        EnvironmentProblem: jars or the environment are not here, or are old.
    """
    job, files = job_and_files(wish)
    # spark-submit would ask the first python3 on PATH where Spark is.
    home = os.environ.get("SPARK_HOME") or os.fspath(Path(pyspark.__file__).parent)
    command = ["env", f"SPARK_HOME={home}", ".venv/bin/spark-submit"]
    command += ["--properties-file", "conf/spark-defaults.conf"]
    command += [f"--conf={key}={value}" for key, value in settings_of(wish)]
    shipped = {"--py-files": [str(ZIP)], "--files": files}
    if "--with" in wish.own:
        extras = wish.own["--with"].split(",")
        jars = preflight.local_jars() + [jar for x in extras for jar in preflight.extra_jars(x)]
        shipped["--jars"] = [os.path.relpath(jar, ROOT) for jar in jars]
    if wish.has_environment:
        shipped["--archives"] = [f"{archive_of(ROOT)}#environment"]
    # Of two lists spark-submit would take the last.
    rest = list(wish.passed)
    for option, paths in shipped.items():
        while option in rest:
            at = rest.index(option)
            paths += [rest[at + 1]]
            del rest[at : at + 2]
        if paths:
            command += [option, ",".join(paths)]
    return [*command, *rest, *job]


def settings_of(wish: Wish) -> Iterator[tuple[str, str]]:
    """Yield the settings of Spark's that follow from what was asked for."""
    is_kubernetes = wish.master.startswith("k8s://")
    yield from pythons(wish, is_kubernetes)
    if "--dynamic" in wish.own:
        bounds = re.fullmatch(r"(\d+):(\d+)", wish.own["--dynamic"])
        if bounds is None or int(bounds[1]) > int(bounds[2]) or int(bounds[2]) < 1:
            raise ConfigError("scripts/submit: --dynamic wants MIN:MAX, for example 1:8")
        yield "spark.dynamicAllocation.enabled", "true"
        # Without a shuffle service an executor stays while its shuffled data is wanted.
        yield "spark.dynamicAllocation.shuffleTracking.enabled", "true"
        yield "spark.dynamicAllocation.minExecutors", bounds[1]
        yield "spark.dynamicAllocation.maxExecutors", bounds[2]
    for option, key in KUBERNETES.items():
        if option in wish.own:
            if not is_kubernetes:
                raise ConfigError(f"scripts/submit: {option} is for --master k8s://...")
            yield key, wish.own[option]
    if is_kubernetes:
        check_kubernetes(wish)
    if wish.master.startswith("spark://") and wish.is_cluster_mode:
        raise ConfigError(
            "scripts/submit: Spark's standalone clusters take no Python job in cluster deploy "
            "mode; leave --deploy-mode out, so that the driver runs here, or use YARN or Kubernetes"
        )
    is_on_yarn = wish.master == "yarn" and wish.is_cluster_mode
    if is_on_yarn and not wish.has_setting("spark.yarn.maxAppAttempts"):
        # A job that ends with an exit code of its own would only be refused again.
        yield "spark.yarn.maxAppAttempts", "1"


def pythons(wish: Wish, is_kubernetes: bool) -> Iterator[tuple[str, str]]:
    """Yield which Python drivers and executors run."""
    here = str(ROOT / ".venv" / "bin" / "python")
    if wish.has_environment:
        yield "spark.pyspark.python", IN_ARCHIVE
    elif "PYSPARK_PYTHON" in os.environ:
        yield "spark.pyspark.python", os.environ["PYSPARK_PYTHON"]
    elif not is_kubernetes:  # where it is the image's
        yield "spark.pyspark.python", here
    if not wish.is_cluster_mode:
        yield "spark.pyspark.driver.python", here


def check_kubernetes(wish: Wish) -> None:
    """Refuse what Kubernetes would refuse later and less clearly."""
    if "--image" not in wish.own and not wish.has_setting(KUBERNETES["--image"]):
        raise ConfigError("scripts/submit: Kubernetes needs --image, the name of a container image")
    has_upload = "--upload" in wish.own or wish.has_setting(KUBERNETES["--upload"])
    if wish.is_cluster_mode and not has_upload:
        raise ConfigError(
            "scripts/submit: in cluster deploy mode Kubernetes needs --upload, for example "
            "s3a://bucket/uploads, from where the driver's pod fetches the job, package and jars"
        )


def job_and_files(wish: Wish) -> tuple[list[str], list[str]]:
    """Return the job's words and the files to send with it.

    A driver on the cluster finds a configuration that is a file here in its own folder.
    """
    job, files = list(wish.job), []
    if wish.is_cluster_mode:
        for place, word in enumerate(job):
            option, equals, path = word.partition("=")
            if option != "--config":
                continue
            at = place if equals else place + 1
            path = path if equals else (job[at] if at < len(job) else "")
            if Path(path).is_file():
                files.append(path)
                job[at] = f"{option}=" * bool(equals) + Path(path).name
    return job, files


def shown(command: Sequence[str]) -> str:
    """Return a command as a shell takes it, without secrets.

    >>> shown(["spark-submit", "--conf", "spark.hadoop.fs.s3a.secret.key=abc", "a job.py"])
    "spark-submit --conf 'spark.hadoop.fs.s3a.secret.key=***' 'a job.py'"
    """
    return shlex.join(redacted(word) for word in command)


def run(command: Sequence[str], is_cluster_mode: bool) -> int:
    """Run a command and return its exit code: the driver's, also where that ran on YARN."""
    if not is_cluster_mode:
        os.execvp(command[0], list(command))
    code = 0
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            for line in process.stderr:
                sys.stderr.write(line)
                if told := EXIT_CODE.search(line):
                    code = int(told[1])
        except KeyboardInterrupt:  # which spark-submit got, too; the driver goes on
            code = 130
    return code or process.returncode


def main() -> int:
    """Print the command and run it; return the exit code."""
    try:
        wish = wish_of(sys.argv[1:])
        command = command_of(wish)
    except PatentCoreError as error:
        print(f"patentcore: {error}", file=sys.stderr)
        return error.exit_code
    if wish.only_print:
        print(shown(command))
        return 0
    shipping.write_zip(ROOT / ZIP)  # never one of older sources
    print(shown(command), file=sys.stderr, flush=True)
    return run(command, wish.is_cluster_mode)


if __name__ == "__main__":
    sys.exit(main())
