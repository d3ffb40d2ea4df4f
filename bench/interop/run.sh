#!/bin/sh
# Loads every writer's output with the software it is for: bench/interop/run.sh [--only WORD] [MODEL_FOLDER...]
# Needs Python 3.11 or newer with venv and a network the first time: three environments of about 6 GB in
# HALFSTEP_INTEROP_VENVS (default bench/interop/.venvs). Results: bench/interop/results.json and docs/interop.md.
# HALFSTEP_LIB: a class path to take instead of what the launcher builds.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
venvs=${HALFSTEP_INTEROP_VENVS:-$here/.venvs}
python=${PYTHON:-python3}
only=
if [ "${1:-}" = --only ]; then
  only=$2
  shift 2
fi
if [ $# -eq 0 ]; then
  goldens=$root/quant-lib/models/src/test/resources/golden/models
  set -- "$root/notebooks/models/natural" "$root/notebooks/models/experts"
  for name in llama_gqa mixtral qwen2 qwen3 llama3_rope; do
    set -- "$@" "$goldens/$name"
  done
fi
for name in t5 t4 gguf; do
  if [ ! -x "$venvs/$name/bin/python" ]; then
    "$python" -m venv "$venvs/$name"
    "$venvs/$name/bin/pip" install -q -r "$here/requirements-$name.txt" || {
      rm -rf "$venvs/$name"
      echo "interop: the environment $name could not be made" >&2
      exit 1
    }
  fi
done
java=${HALFSTEP_JAVA_HOME:-${JAVA_HOME:-}}
java=${java:+$java/bin/java}
java=${java:-java}
version=$("$java" --version 2>/dev/null | sed -n '1s/[^0-9]*\([0-9]*\).*/\1/p')
if [ "${version:-0}" -lt 25 ]; then
  echo "interop: $java is no Java 25 or newer; set HALFSTEP_JAVA_HOME to the folder of one" >&2
  exit 1
fi
if [ -z "${HALFSTEP_LIB:-}" ]; then
  HALFSTEP_LIB="$root/magics/target/dist/lib/*"
  "$root/halfstep" doctor >/dev/null 2>&1 || true # builds what is not built
fi
"$venvs/t5/bin/python" "$here/interop.py" --venvs "$venvs" --java "$java" \
  --classpath "$HALFSTEP_LIB" --text "$root/notebooks/data/prose.txt" --only "$only" "$@"
