# shellcheck shell=sh
# The part of the launcher behind "halfstep test"; read by ../halfstep.

install_browser() { # on a CI machine, what the charts and the browser test need
  [ "${CI:-}" = true ] && [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  ! command -v chromium >/dev/null || ! command -v fc-list >/dev/null || return 0
  logged "Debian's chromium and fonts could not be installed; the lines above tell why." \
    sh -c 'apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
      chromium fontconfig fonts-dejavu-core'
}

test_python() {
  set_up
  pip_install "$root/kernel/python/requirements-test.txt"
  cd "$root"
  set --
  for folder in kernel/src/test/python magics/src/test/python notebooks/tests; do
    [ ! -d "$folder" ] || set -- "$@" "$folder"
  done
  "$python" -m pytest -p no:cacheprovider --reruns 1 -raR --junitxml="$pytest_report" "$@"
}

summary() { # FAILED PARTS: the last line of halfstep test, from all reports
  find "$root/quant-lib" "$root/kernel" "$root/magics" \
    \( -path '*/surefire-reports/TEST-*.xml' -o -path "$pytest_report" \) -exec cat {} + |
    awk -v parts="$1" 'BEGIN { RS = ">" }
      function count(name) {
        return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3) + 0 : 0
      }
      /<testsuite / {
        all += count("tests"); skipped += count("skipped")
        failed += count("failures") + count("errors")
      }
      END {
        passed = all - failed - skipped
        if (parts != "" && failed == 0) failed = 1 # a part that broke before its tests
        printf "halfstep: %d passed, %d failed, %d skipped\n", passed, failed, skipped
      }'
}

run_tests() {
  wants_help "test [--fast]" "$@"
  case $* in '' | --fast) ;; *) fail "test: there is only --fast, not $*." 2 ;; esac
  find_jdk
  pytest_report=$root/magics/target/pytest.xml
  rm -rf "$root"/*/target/surefire-reports "$root"/*/*/target/surefire-reports "$pytest_report"
  failed=
  if [ $# -gt 0 ]; then
    maven -Pfast test || failed=" Java"
  else
    install_browser
    build_with maven -Pspark -Dsurefire.rerunFailingTestsCount=1 verify || failed=" Java"
    (test_python) || failed="$failed Python"
  fi
  echo # Maven leaves its last line open
  [ -z "$failed" ] || note "failed:$failed"
  summary "$failed"
  [ -z "$failed" ]
}
