#!/bin/sh
# Gives hostile inputs to every reader of files and of a hub's answers, to the kernel's of frames
# and to those of cells:
#   bench/fuzz/run.sh [--runs N] [--seed N] [--mutation] [--list] [TARGET...]
# Without --mutation Jazzer suggests inputs by the coverage they reach (from Maven Central, for
# this script alone); with it they are changed at random by the tests' own mutator. What breaks a
# promise (halfstep.fuzz.Guard) is written to bench/fuzz/finds/TARGET; exit status 1 then. The rows
# that are printed are those of docs/reliability.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
all="safetensors safetensors-header index config settings tokenizer tokens awq gptq hqq
compressed-tensors gguf run hub-listing hub-index hub-answers connection-file frames magic-lines
cell-source"
runs=1000000
seed=1
mutation=
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --mutation) mutation=1; shift ;;
    --list) printf '%s\n' $all; exit ;;
    -*) echo "fuzz: unknown option $1; see the head of $0" >&2; exit 2 ;;
    *) break ;;
  esac
done
# shellcheck disable=SC2086 # words
[ $# -gt 0 ] || set -- $all

home=${HALFSTEP_JAVA_HOME:-${JAVA_HOME:-}}
java=${home:+$home/bin/}java
version=$("$java" --version 2>/dev/null | sed -n '1s/[^0-9]*\([0-9]*\).*/\1/p')
if [ "${version:-0}" -lt 25 ]; then
  echo "fuzz: $java is no Java 25 or newer; set HALFSTEP_JAVA_HOME to the folder of one" >&2
  exit 2
fi
classpath=$root/magics/target/fuzz.classpath
(cd "$root" && ${MVN:-./mvnw} -B -ntp -q -Pfuzz -pl magics -am \
  test-compile dependency:build-classpath -Dmdep.outputFile="$classpath.each")
classpath=$root/magics/target/test-classes:$root/magics/target/classes:$(cat "$classpath.each")
finds=$here/finds
if [ -d /dev/shm ] && [ -w /dev/shm ]; then # a million small files are better written to memory
  work=$(mktemp -d /dev/shm/fuzz.XXXXXX)
else
  work=$(mktemp -d)
fi
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$finds"

fuzz() { # OPTION... CLASS ARGUMENT...
  "$java" --enable-native-access=ALL-UNNAMED --add-modules jdk.incubator.vector -Xmx1g \
    --add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED -XX:MaxDirectMemorySize=512m -XX:+EnableDynamicAgentLoading -Djava.awt.headless=true \
    -cp "$classpath" "$@"
}

if [ -n "$mutation" ]; then
  echo "| target | how | inputs | read | outcomes | slowest | most allocated | took | finds |"
  echo "|---|---|---|---|---|---|---|---|---|"
  fuzz halfstep.fuzz.FuzzMain "$work" "$finds" "$seed" "$runs" "$@" 2>"$finds/mutation.log" || {
    tail -n 40 "$finds/mutation.log" >&2
    exit 1
  }
  exit
fi

stat() { # NAME LOG: a figure of libFuzzer's
  sed -n "s/^stat::$1: *//p" "$2" | tail -1
}

echo "| target | how | inputs | edges reached | corpus | slowest | took | finds |"
echo "|---|---|---|---|---|---|---|---|"
status=0
for target; do
  fuzz halfstep.fuzz.FuzzMain "$work" seeds "$work/seeds" "$target"
  mkdir -p "$work/corpus/$target" "$finds/$target"
  log=$finds/$target.log
  begin=$(date +%s)
  # of its own detectors, the one for requests is left out: hub-answers makes them, to itself
  fuzz -Dfuzz.target="$target" -Dfuzz.folder="$work" com.code_intelligence.jazzer.Jazzer \
    --target_class=halfstep.fuzz.JazzerEntry --instrumentation_includes='halfstep.**' \
    --disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery \
    --reproducer_path="$work" -artifact_prefix="$finds/$target/" -runs="$runs" -seed="$seed" \
    -timeout=20 -rss_limit_mb=6000 -max_len=65536 -print_final_stats=1 \
    "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1 || status=1
  found=$(find "$finds/$target" -type f | wc -l)
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  printf '| %s | Jazzer, seed %s | %s | %s | %s | %s s | %s s | %s |\n' "$target" "$seed" \
    "$(stat number_of_executed_units "$log")" "$edges" "$(find "$work/corpus/$target" -type f | wc -l)" \
    "$(stat slowest_unit_time_sec "$log")" "$(($(date +%s) - begin))" "$found"
done
exit $status
