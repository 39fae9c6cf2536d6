#!/bin/sh
# dist824 @VERSION@ (@COMMIT@): this shell script, then the program and its runtime, each compressed
# with gzip. The first run unpacks both into the user's cache, under the hash of their content.
set -u

fail() {
  printf 'dist824: %s\n' "$1" >&2
  shift
  printf '  %s\n' "$@" >&2
  exit 1
}

root=${DIST824_CACHE-}
if [ -z "$root" ]; then
  case ${XDG_CACHE_HOME-} in
    /*) root=$XDG_CACHE_HOME/dist824 ;;
    *)
      [ -n "${HOME-}" ] || fail "nowhere to unpack to: HOME is not set" \
        "Set DIST824_CACHE to a directory that can be written to."
      root=$HOME/.cache/dist824
      ;;
  esac
fi
case $root in
  /*) ;;
  *) root=$PWD/$root ;;
esac
runtime=$root/runtime-@RUNTIME_HASH@/deno
program=$root/program-@PROGRAM_HASH@/dist824.js

# unpack FIRST_BYTE LENGTH MODE FILE: nobody ever sees a file that is not whole, because it gets its name
# last. Two processes that unpack at the same time do the same work twice, and no harm.
unpack() {
  partial=
  trap 'rm -f "$partial"; exit 130' INT
  trap 'rm -f "$partial"; exit 143' TERM HUP
  why=$(mkdir -p "${4%/*}" 2>&1) || give_up
  partial=$(mktemp "${4%/*}/.partial.XXXXXX" 2>&1) || { why=$partial; give_up; }
  why=$({ tail -c "+$1" "$0" | head -c "$2" | gzip -dc >"$partial"; } 2>&1 &&
    { sync "$partial" || :; } 2>/dev/null && chmod "$3" "$partial" 2>&1 &&
    mv -f "$partial" "$4" 2>&1) || { rm -f "$partial"; give_up; }
  trap - INT TERM HUP
  find "${4%/*}" -name '.partial.*' -mmin +60 -exec rm -f {} + 2>/dev/null || :
}

give_up() {
  fail "cannot unpack the program into $root" "$(printf '%s\n' "$why" | sed '/./!d;q')" \
    "It needs 120 MB in a directory that can be written to. Set DIST824_CACHE or XDG_CACHE_HOME to one."
}

[ -f "$runtime" ] || unpack @RUNTIME_START@ @RUNTIME_LENGTH@ +rx "$runtime"
[ -f "$program" ] || unpack @PROGRAM_START@ @PROGRAM_LENGTH@ +r "$program"
[ -x "$runtime" ] || fail "cannot run $runtime" \
  "It is not executable: the file system may be mounted with noexec." \
  "Set DIST824_CACHE to a directory from which programs can run."

# The user's own settings for Deno are not settings for this program.
case $(export -p) in
  *DENO_* | *OTEL_DENO*)
    for name in $(env | sed -n 's/^\(DENO_[A-Za-z0-9_]*\)=.*/\1/p; s/^\(OTEL_DENO\)=.*/\1/p'); do
      unset "$name"
    done
    ;;
esac
DENO_DIR=$root/runtime-@RUNTIME_HASH@/cache
DENO_NO_UPDATE_CHECK=1
DENO_NO_PACKAGE_JSON=1
export DENO_DIR DENO_NO_UPDATE_CHECK DENO_NO_PACKAGE_JSON
exec "$runtime" run @FLAGS@ "$program" "$@"
