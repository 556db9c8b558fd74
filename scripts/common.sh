# Shared by the scripts in this folder; source it, do not run it.

say() { printf '%s\n' "patentcore: $*" >&2; }
stop() {
  say "$*"
  exit 1
}

python_is_usable() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' > /dev/null 2>&1
}

# Print the first Python of version 3.11 or later; PYTHON overrides the search.
find_python() {
  if [ -n "${PYTHON:-}" ]; then
    python_is_usable "$PYTHON" ||
      stop "PYTHON is $PYTHON, which is not Python 3.11 or later; set it to one that is, or unset it."
    command -v "$PYTHON"
    return
  fi
  local candidate
  for candidate in python3.11 python3.12 python3.13 python3; do
    if python_is_usable "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  stop "Python 3.11 or later was not found; install it (Debian and Ubuntu: apt-get install python3.11 python3.11-venv) or set PYTHON to its path."
}

# Print the Java that Spark will use: of JAVA_HOME, else the first on PATH; it must be 17 or 21.
find_java() {
  local java where
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java where="JAVA_HOME is $JAVA_HOME, which"
    [ -x "$java" ] ||
      stop "$where has no bin/java; set JAVA_HOME to a Java 17 or 21, or unset it."
  else
    java=$(command -v java) ||
      stop "Java was not found; install Java 17 or 21 (Debian and Ubuntu: apt-get install openjdk-17-jre-headless) or set JAVA_HOME to one."
    where="the java on PATH ($java)"
  fi
  local version
  version=$("$java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1) || true
  case $version in
    17 | 17.* | 21 | 21.*) printf '%s\n' "$java" ;;
    *) stop "$where is version ${version:-unknown}, but Spark 4.1 needs Java 17 or 21; install one and set JAVA_HOME to it." ;;
  esac
}

# Tell whether the jars that every session of Spark loads are here.
has_jars() { compgen -G '.jars/*.jar' > /dev/null; }

# For runs on Spark of up to about two million publications: without Java's second compiler, which
# pays only in long runs, the paper's run takes 27 s of processor time instead of 46 s (at three
# million publications 81 s instead of 75 s).
compile_for_short_runs() {
  export PATENTCORE_JAVA_OPTIONS=${PATENTCORE_JAVA_OPTIONS--XX:TieredStopAtLevel=1}
}

# Print the time in milliseconds; in whole seconds where bash is older than 5.
milliseconds() {
  local microseconds=${EPOCHREALTIME:-}
  if [ -n "$microseconds" ]; then
    printf '%s\n' "$((${microseconds//[!0-9]/} / 1000))" # its decimal sign is the locale's
  else
    printf '%s000\n' "$(date +%s)"
  fi
}

# Print the seconds between two times of the above, with one decimal.
seconds() { printf '%d.%d\n' "$((($2 - $1) / 1000))" "$((($2 - $1) % 1000 / 100))"; }
