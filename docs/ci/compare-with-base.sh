#!/bin/sh
# Trains the experiments of a base commit and of the working tree, and compares them. For CI systems and by hand:
#
#   node_modules/prep-lab/docs/ci/compare-with-base.sh origin/main
#
# EXPERIMENTS    files to train, as the shell expands them; "experiments/*.json" if not set
# RUN_OPTIONS    for "prep-lab run"; full runs with 5 seeds if not set
# COMPARE_OPTIONS for "prep-lab compare", such as "--allow new"
#
# Leaves compare/base, compare/head, compare/comment.md, compare/differences.png and compare/junit.xml. The base is trained
# with the files and the prep-lab of the base commit: a change cannot alter what it is compared with. What compare/base and
# compare/head hold already, from a cache or an interrupted run, is not trained again.
# Ends with 0 (passes), 3 (fails), 2 (unusable input), or the code of a run that could not be made.
set -eu

commit=$(git rev-parse --verify "$1^{commit}")
EXPERIMENTS=${EXPERIMENTS:-experiments/*.json}
RUN_OPTIONS=${RUN_OPTIONS:---seeds 5}
COMPARE_OPTIONS=${COMPARE_OPTIONS:-}
out=$PWD/compare
mkdir -p "$out"
rm -f "$out/comment.md" "$out/differences.png" "$out/junit.xml"

# train FOLDER: a trial that fails (1) is for the comparison to judge; any other failure ends here.
train() {
  npm ci --no-audit --no-fund
  npm run build --if-present
  code=0
  # shellcheck disable=SC2086
  npx --no-install prep-lab run $EXPERIMENTS $RUN_OPTIONS --out "$1" || code=$?
  [ "$code" -le 1 ] || exit "$code"
}

worktree=$(mktemp -d)
trap 'git worktree remove --force "$worktree"' EXIT
git worktree add --detach "$worktree" "$commit"
(cd "$worktree" && train "$out/base")
train "$out/head"

# shellcheck disable=SC2086
compare() {
  npx --no-install prep-lab compare compare/base compare/head $COMPARE_OPTIONS "$@"
}

code=0
compare --format junit >"$out/junit.xml" || code=$?
compare --format markdown --figure "$out/differences.png" ${GITHUB_STEP_SUMMARY:+--summary} >"$out/comment.md" || code=$?
if [ -n "${GITHUB_ACTIONS:-}" ]; then compare --format github || true; else compare || true; fi
exit "$code"
