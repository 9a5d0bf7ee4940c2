#!/bin/sh
# Trains small real runs and checks the exit code of every kind of comparison: "npm run test:gate", some minutes.
# Needs the engine and the data in the cache folder ("npx prep-lab setup" and "npx prep-lab data").
set -eu

program="node $(cd "$(dirname "$0")/../../.." && pwd)/dist/bin.js"
folder=${1:-$(mktemp -d)}
mkdir -p "$folder"
cd "$folder"
failures=0

# write FILE CHANGES: the experiment "minmax", with changes as jq writes them.
write() {
  mkdir -p "$(dirname "$1")"
  echo '{"name": "minmax", "preprocessing": [{"name": "minmax"}], "model": {"name": "baseline"}}' |
    jq "$2" >"$1"
}

# train FOLDER FILE [option...]
train() {
  out=$1 file=$2
  shift 2
  echo "training $out"
  $program run "$file" --out "$out" --limit 2000,1000 --epochs 5 --seeds 4 --device cpu "$@" >"$out.txt" 2>&1
}

# expect CODE WHAT [parameter...]: compares, and checks the exit code.
expect() {
  wanted=$1 what=$2
  shift 2
  code=0
  $program compare "$@" >output.txt 2>&1 || code=$?
  echo
  if [ "$code" -eq "$wanted" ]; then
    echo "ok: $what: exit code $code"
  else
    echo "FAILED: $what: exit code $code, expected $wanted"
    failures=$((failures + 1))
  fi
  sed 's/^/    /' output.txt
}

brightness='{"name": "random-brightness", "factor": 0.2}'
write base.json .
write bug.json ".preprocessing += [$brightness]"
write near.json '.training.batchSize = 60'
write bounded.json '.thresholds = {"testAccuracy": ">= 0.9", "trainSeconds": "<= 100x baseline"}'

train base base.json
train same base.json
train bug bug.json
train near near.json
train lost base.json --seeds 0,1,3
train longer base.json --epochs 6
train bounded bounded.json

expect 0 'two runs of the same code' base same
expect 3 'value range of brightness wrong' base bug
expect 3 'a seed missing' base lost
expect 0 'a seed missing, allowed' base lost --allow seeds
expect 3 'other epochs' base longer
expect 0 'a difference below the noise' base near
expect 3 'that difference, strictly' base near --strict
expect 3 'a threshold not kept' base bounded
expect 3 'several heads, one worse' base same bug
head -c 1000 base/results.json >cut.json
expect 2 'a file that is cut off' base cut.json
expect 2 'a file that is missing' base nothing.json

echo
[ "$failures" -eq 0 ] && echo "All exit codes are right." || echo "$failures exit codes are wrong."
exit "$failures"
