#!/bin/sh
# Makes a release of what is committed twice and compares the sums of all its files. The second one
# is made in a folder of another name, in another time zone and language, by somebody whose new
# files nobody else may read: .ci/reproducible.sh [FOLDER FOR BOTH]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
work=${1:-$(mktemp -d)}
umask 022 # of the checked-out files, whose permissions go into the jars

release() { # NAME: the release of the clone of that name, and its sums
  "$work/$1/halfstep" package release >/dev/null
  (cd "$work/$1/dist"/halfstep-* && LC_ALL=C sort -k 2 SHA256SUMS) >"$work/$1.sums"
}

for name in one another-name; do
  rm -rf "${work:?}/$name"
  git clone -q "$root" "$work/$name"
done
release one
(
  umask 077
  export TZ=Pacific/Chatham JAVA_TOOL_OPTIONS="-Duser.language=de -Duser.country=DE"
  release another-name
)
if diff "$work/one.sums" "$work/another-name.sums"; then
  echo "$(wc -l <"$work/one.sums") files, equal byte by byte"
else
  echo "the releases in $work differ in the files above" >&2
  exit 1
fi
