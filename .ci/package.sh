# shellcheck shell=sh
# The part of the launcher behind "halfstep package"; read by ../halfstep.

package() {
  wants_help "package wheel|gpu-check [--out DIR]" "$@"
  case ${1-} in
    wheel | gpu-check) ;;
    *) fail "package: there are the wheel and the check for GPUs: halfstep package wheel, \
halfstep package gpu-check." 2 ;;
  esac
  out=$root/dist
  case ${2-} in
    '') ;;
    --out) [ $# -eq 3 ] || fail "package: --out needs a folder." 2; out=$3 ;;
    *) fail "package: there is no option $2; there is --out DIR." 2 ;;
  esac
  find_jdk
  build
  case $1 in
    wheel)
      find_python
      "$system_python" "$root/kernel/python/make_wheel.py" "$lib" "$(version)" "$out" ;;
    gpu-check) package_gpu_check "$out" ;;
  esac
}

# A folder with a Java of its own, for machines that have a GPU and no Java.
package_gpu_check() { # FOLDER
  natives=$(find "$lib" -name 'jcuda-natives-*-linux-x86_64.jar')
  [ -n "$natives" ] || fail "package gpu-check: JCuda's natives are for Linux on x86-64, so the \
package is made there."
  work=$(mktemp -d)
  folder=$work/halfstep-gpu-check
  mkdir -p "$folder/lib" "$1"
  cp "$root/quant-lib/cuda/gpu-check" "$root/quant-lib/cuda/src/main/python/references.py" \
    "$root/LICENSE" "$root/NOTICE" "$folder/"
  for jar in halfstep-core halfstep-cuda jcuda jspecify; do
    cp "$lib/$jar"-[0-9]*.jar "$folder/lib/"
  done
  cp "$natives" "$folder/lib/"
  logged "jlink could not make a Java for the package; the lines above tell why." \
    "$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,jdk.incubator.vector \
    --strip-debug --no-header-files --no-man-pages --compress zip-9 --output "$folder/runtime"
  file=$1/halfstep-gpu-check-$(version)-linux-x86_64.tar.gz
  tar -C "$work" -czf "$file" halfstep-gpu-check
  rm -rf "$work"
  echo "$file"
}
