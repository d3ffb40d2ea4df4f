# shellcheck shell=sh
# The part of the launcher behind "halfstep package"; read by ../halfstep.

package() {
  wants_help "package release|wheel|gpu-check [--out DIR]" "$@"
  case ${1-} in
    release | wheel | gpu-check) ;;
    *) fail "package: there are a whole release, the wheel alone and the check for GPUs: halfstep \
package release, halfstep package wheel, halfstep package gpu-check." 2 ;;
  esac
  out=$root/dist
  case ${2-} in
    '') ;;
    --out) [ $# -eq 3 ] || fail "package: --out needs a folder." 2; out=$3 ;;
    *) fail "package: there is no option $2; there is --out DIR." 2 ;;
  esac
  find_jdk
  if [ "$1" = release ]; then
    package_release "$out"
    return
  fi
  build
  case $1 in
    wheel)
      find_python
      "$system_python" "$root/kernel/python/make_wheel.py" "$lib" "$(version)" "$out" ;;
    gpu-check) package_gpu_check "$out" ;;
  esac
}

# All that a release consists of: what is committed as a zip, the wheel, every jar of ours with its
# sources and Javadoc, the list of what is inside (CycloneDX), and the sums of all these.
package_release() { # FOLDER
  folder=$1/halfstep-$(version)
  [ ! -e "$folder" ] || fail "package release: $folder is there already; remove it first."
  git -C "$root" rev-parse -q --verify HEAD >/dev/null 2>&1 ||
    fail "package release: the zip holds what is committed, so it is made in a clone, with git."
  [ -z "$(git -C "$root" status --porcelain)" ] ||
    note "changes that are not committed are in the jars, but not in the zip"
  umask 022 # jars hold the permissions of what is built
  note "building jars, sources and Javadoc (some minutes)"
  build_with logged "the build failed; the lines above are Maven's." \
    maven -q package -DskipTests -Prelease
  find_python
  mkdir -p "$folder/jars"
  TZ=UTC git -C "$root" archive --format=zip --prefix="halfstep-$(version)/" \
    --output="$folder/halfstep-$(version).zip" HEAD
  "$system_python" "$root/kernel/python/make_wheel.py" "$lib" "$(version)" "$folder" >/dev/null
  cp "$lib"/halfstep-*.jar "$folder/jars/"
  find "$root/quant-lib" "$root/kernel" "$root/magics" \( -path '*/target/*-sources.jar' -o \
    -path '*/target/*-javadoc.jar' \) ! -path '*/dist/*' -exec cp {} "$folder/jars/" \;
  cp "$root/magics/target/bom.json" "$folder/halfstep-$(version)-bom.json"
  "$system_python" "$root/.ci/sums.py" "$folder"
  echo "$folder"
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
