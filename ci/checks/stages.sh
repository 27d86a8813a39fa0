# For ci/test, .ci/run and ci/nightly: runs stages one after the other, and sums them up at the end.
#
#   stage NAME COMMAND...      a failure is remembered, and the rest still runs
#   must_pass NAME COMMAND...  a failure ends it, for nothing after it would mean anything
#   beside NAME COMMAND...     runs while the stages after it do; what it prints stands before the summary
#   build PRESET [TARGET...]   configures a preset and builds it, or some of its targets
#   finish                     the summary; exits with 1 if a stage failed

jobs=$(nproc)
stages=()
failed=0

besides=$(mktemp -d)
trap 'rm -rf "$besides"' EXIT
trap 'echo; echo "Interrupted."; kill $(jobs -p) 2>/dev/null; exit 130' INT TERM

stage() {
  local name=$1 start=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  result=passed
  "$@" || { result="FAILED (exit $?)" && failed=1; }
  conclude "$name" $((SECONDS - start))
}

conclude() {
  stages+=("$(printf '%-16s %5d s   %s' "$1" "$2" "$result")")
  printf -- '--- %s\n' "${stages[-1]}"
}

beside() {
  local folder=$besides/$1
  mkdir "$folder"
  (
    SECONDS=0
    code=0
    "${@:2}" >"$folder/output" 2>&1 </dev/null || code=$?
    echo "$SECONDS $code" >"$folder/ended"
  ) &
}

build() {
  cmake --preset "$1" --log-level=WARNING && cmake --build --preset "$1" ${2:+--target} "${@:2}" -- "-j$jobs"
}

must_pass() {
  stage "$@"
  [[ $result == passed ]] || finish
}

finish() {
  local folder took code
  wait
  for folder in "$besides"/*/; do
    [[ -d $folder ]] || continue  # there is none
    took=0 code=1                 # unless it says otherwise: it may have been killed
    [[ ! -f $folder/ended ]] || read -r took code <"$folder/ended"
    printf '\n=== %s, beside the others\n' "$(basename "$folder")"
    cat "$folder/output"
    result=passed
    ((code == 0)) || { result="FAILED (exit $code)" && failed=1; }
    conclude "$(basename "$folder")" "$took"
  done
  printf '\n=== summary\n'
  printf '%s\n' "${stages[@]}"
  printf '%-16s %5d s   %s\n' total "$SECONDS" "$( ((failed)) && echo FAILED || echo passed)"
  exit "$failed"
}
