# What every finding shares: a folder of its own that goes at the end, packages at one
# version, and the comparison of what was seen.
set -euo pipefail
export LC_ALL=C

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# have PACKAGE VERSION: that version is installed here; ends with 2 where it is not.
have() {
  local installed
  installed=$(dpkg-query -W -f '${Version}' "$1" 2>/dev/null || true)
  [ "$installed" = "$2" ] && echo "$1 $2" && return
  echo "This is about $1 $2, and here is ${installed:-none}: nothing was tried." >&2
  exit 2
}

# fetch PACKAGE VERSION: that version of the distribution, unpacked into $work/root.
fetch() {
  if ! (cd "$work" && apt-get download -qq "$1=$2" >fetch.log 2>&1); then
    echo "$1 $2 cannot be had here: nothing was tried." >&2
    exit 2
  fi
  dpkg -x "$work/$1"_*.deb "$work/root"
  echo "$1 $2"
}

# npm_fetch PACKAGE VERSION: that version from the npm registry, for a script in $work.
npm_fetch() {
  if ! command -v npm >/dev/null ||
    ! (cd "$work" && npm install --ignore-scripts --no-audit --no-fund --silent "$1@$2" >fetch.log 2>&1); then
    echo "$1 $2 cannot be had here: nothing was tried." >&2
    exit 2
  fi
  echo "$1 $2"
}

# same EXPECTED SEEN: shows what was seen; ends with 1 where it is not what the finding says.
same() {
  printf '%s\n' "$2"
  [ "$1" = "$2" ] && return
  printf 'This is no longer so. It was:\n%s\n' "$1" >&2
  exit 1
}
