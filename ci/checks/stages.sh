# For ci/test and .ci/run: runs stages one after the other, and sums them up at the end.
#
#   stage NAME COMMAND...      a failure is remembered, and the rest still runs
#   must_pass NAME COMMAND...  a failure ends it, for nothing after it would mean anything
#   finish                     the summary; exits with 1 if a stage failed

jobs=$(nproc)
stages=()
failed=0

trap 'echo; echo "Interrupted."; exit 130' INT TERM

stage() {
  local name=$1 start=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  result=passed
  "$@" || { result="FAILED (exit $?)" && failed=1; }
  stages+=("$(printf '%-12s %5d s   %s' "$name" $((SECONDS - start)) "$result")")
  printf -- '--- %s\n' "${stages[-1]}"
}

must_pass() {
  stage "$@"
  [[ $result == passed ]] || finish
}

finish() {
  printf '\n=== summary\n'
  printf '%s\n' "${stages[@]}"
  printf '%-12s %5d s   %s\n' total "$SECONDS" "$( ((failed)) && echo FAILED || echo passed)"
  exit "$failed"
}
