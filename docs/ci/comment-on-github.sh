#!/bin/sh
# Writes compare/comment.md, with compare/differences.png above it, as a comment on a pull request; a comment that is there
# already is renewed. In a clone whose "origin" may be pushed to, with GitHub's own program "gh":
#
#   PULL_REQUEST=7 GITHUB_REPOSITORY=me/mine GH_TOKEN=... docs/ci/comment-on-github.sh
#
# A comment holds no files. The picture is pushed to a branch of its own, "prep-lab-pictures", which shares no history with
# the others and may be removed whenever its pictures are not wanted any more.
set -eu

test -s compare/comment.md
server=${GITHUB_SERVER_URL:-https://github.com}
branch=prep-lab-pictures
picture=compare/differences.png

# Commits the picture on top of the branch, without touching the working tree, and pushes it; prints the commit.
push_picture() {
  GIT_INDEX_FILE=$(mktemp -u) || return 1
  export GIT_INDEX_FILE
  parent=
  if git fetch --quiet origin "+refs/heads/$branch:refs/prep-lab/pictures" 2>/dev/null; then
    parent=$(git rev-parse refs/prep-lab/pictures) && git read-tree "$parent" || return 1
  fi
  blob=$(git hash-object -w "$picture") &&
    git update-index --add --cacheinfo "100644,$blob,$1" &&
    tree=$(git write-tree) &&
    commit=$(git -c user.name=prep-lab -c user.email=prep-lab@users.noreply.github.com \
      commit-tree "$tree" ${parent:+-p "$parent"} -m "Picture of pull request $PULL_REQUEST") &&
    rm -f "$GIT_INDEX_FILE" &&
    git push --quiet origin "$commit:refs/heads/$branch" &&
    echo "$commit"
}

# With two tries more where another job pushed in between.
place_picture() {
  name=$PULL_REQUEST-$(git hash-object "$picture").png
  commit=$(push_picture "$name") || commit=$(push_picture "$name") || commit=$(push_picture "$name") || return 1
  echo "$server/$GITHUB_REPOSITORY/blob/$commit/$name?raw=true"
}

body=compare/comment-with-picture.md
if [ -s "$picture" ] && url=$(place_picture); then
  # Below the line by which the comment is found again, and the title.
  {
    head -n 2 compare/comment.md
    printf '\n![How much each experiment differs from the base](%s)\n' "$url"
    tail -n +3 compare/comment.md
  } >"$body"
else
  echo 'The comment has no picture: nothing was drawn, or it could not be pushed ("contents: write").' >&2
  cp compare/comment.md "$body"
fi

comments=repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments
id=$(gh api --paginate "$comments" --jq '.[]
  | select(.user.login == "github-actions[bot]")
  | select(.body | startswith("<!-- prep-lab compare -->")) | .id' | head -n 1)
if [ -n "$id" ]; then
  gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$body"
else
  gh api "$comments" --field "body=@$body"
fi
