# shellcheck shell=sh
# The part of the launcher behind "halfstep bench"; read by ../halfstep.

bench_classpath=$root/quant-lib/core/target/bench.classpath

bench_build() { # compiles the benchmarks and writes their class path
  logged "the benchmarks do not compile; the lines above are Maven's." \
    maven -q -Pbench -pl quant-lib/core test-compile dependency:build-classpath \
    -Dmdep.outputFile="$bench_classpath.jars"
  printf '%s:%s:%s\n' "$root/quant-lib/core/target/test-classes" \
    "$root/quant-lib/core/target/classes" "$(cat "$bench_classpath.jars")" >"$bench_classpath"
}

bench_python() { # WHAT ENVIRONMENT REQUIREMENTS: sets bench_python: HALFSTEP_BENCH_PYTHON, or an environment of its own
  bench_python=${HALFSTEP_BENCH_PYTHON:-$root/bench/$2/bin/python}
  [ -x "$bench_python" ] && return
  command -v python3 >/dev/null || fail "bench $1 needs python3 for the reference's side."
  note "installing torch for the reference's side (a few minutes the first time)"
  logged "torch could not be installed; the lines above are pip's." sh -c \
    "python3 -m venv '$root/bench/$2' && '$bench_python' -m pip install -q \
      -r '$root/bench/$3'"
}

bench_model() { # forward|decode OPTION…: beside transformers, on models in notebooks/models
  work=$1
  shift
  build
  bench_python "$work" .venv compare/requirements.txt
  set -- "$@" "$root/notebooks/models/natural"
  [ "$work" = decode ] || set -- "$@" "$root/notebooks/models/salient"
  exec "$bench_python" "$root/bench/compare/$work.py" --java "$JAVA_HOME/bin/java" \
    --classpath "$lib/*" "$@"
}

bench_peers() { # OPTION…: whole models and matrices by us and by the libraries
  build
  bench_python peers peers/.venv peers/requirements.txt
  exec "$bench_python" "$root/bench/peers/peers.py" --java "$JAVA_HOME/bin/java" --classpath "$lib/*" "$@"
}

# Where the time of one benchmark goes: the methods in which Java's flight recorder found it.
bench_profile() { # NAME OPTION…
  folder=$root/target/profiles
  mkdir -p "$folder"
  name=$1
  shift
  logged "the benchmark failed; the lines above are its own." \
    "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector -cp "$(cat "$bench_classpath")" \
    org.openjdk.jmh.Main "$name" -f 1 -wi 2 -i 3 -prof "jfr:dir=$folder;configName=profile" \
    -jvmArgs "--add-modules jdk.incubator.vector -Xmx2g -XX:ActiveProcessorCount=1" "$@"
  for recording in $(find "$folder" -name '*.jfr' -path "*$name*" -newer "$bench_classpath"); do
    echo "${recording%/*}" | sed 's|.*/||'
    "$JAVA_HOME/bin/jfr" view --width 110 hot-methods "$recording"
  done
}

bench() {
  wants_help "bench quantize|steps|calibrated|matmul|matvec|halves|scaling|cores|compare|peers|whole|forward|decode [OPTIONS], \
bench profile BENCHMARK" "$@"
  case ${1-} in
    quantize) only=DataFreeBench ;;
    calibrated) only=CalibratedBench ;;
    matmul) only=MatmulBench ;;
    matvec) only=QuantizedLinearBench ;;
    halves) only=HalvesBench ;;
    steps) only=StepsBench ;;
    scaling | cores | compare | peers | whole | forward | decode) only= ;;
    profile)
      only=
      [ -n "${2-}" ] || fail "bench profile: name a benchmark, such as CalibratedBench.gptq." 2
      ;;
    *) fail "bench: choose one of quantize, steps for the clear path beside the direct one, calibrated, matmul, matvec, halves, scaling, cores for what the \
second core gives, whole for a whole model by each method, peers for one beside hqq, AutoAWQ and gptq.py, compare for the others beside torch, forward or decode for a model beside transformers, or profile for where \
one benchmark's time goes." 2 ;;
  esac
  what=$1
  shift
  find_jdk
  case $what in
    forward | decode) bench_model "$what" "$@" ;;
    peers) bench_peers "$@" ;;
  esac
  if [ "$what" = whole ]; then
    build
    exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Xmx2g \
      -cp "$lib/*" "$root/bench/compare/Whole.java" "$root/notebooks/models/natural" \
      "$root/notebooks/data/calibration.txt" 8192
  fi
  bench_build
  if [ "$what" = profile ]; then
    bench_profile "$@"
    return
  fi
  if [ "$what" = scaling ]; then
    exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector -XX:ActiveProcessorCount=1 -Xmx256m \
      -XX:MaxDirectMemorySize=2g -cp "$root/quant-lib/core/target/classes" \
      "$root/bench/compare/Scaling.java" 1024 2048 4096 8192 16384
  fi
  if [ "$what" = cores ]; then
    exec python3 "$root/bench/compare/cores.py" --java "$JAVA_HOME/bin/java" --classpath "$bench_classpath"
  fi
  if [ -n "$only" ]; then
    exec "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector -cp "$(cat "$bench_classpath")" \
      org.openjdk.jmh.Main "$only" -prof halfstep.bench.CpuTime \
      -jvmArgs "--add-modules jdk.incubator.vector -Xmx2g" "$@"
  fi
  bench_python compare .venv compare/requirements.txt
  exec "$bench_python" "$root/bench/compare/run.py" --java "$JAVA_HOME/bin/java" \
    --classpath "$bench_classpath" --history "$root/docs/perf-history.jsonl" "$@"
}
