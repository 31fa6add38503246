# Sourced by deploy/quickstart and tests/run: installs what deploy/dependencies
# names and is not there yet.

# missing_packages SET...: the packages of these sets that are not installed.
missing_packages() {
  local wanted set package reason
  wanted=" $* "
  while read -r set package reason; do
    case "$set" in '' | \#*) continue ;; esac
    case "$wanted" in *" $set "*) ;; *) continue ;; esac
    # Where a package carries its version in its name, take the one that fits clang.
    if [ "$package" = libclang-rt-dev ] && ! apt-cache show libclang-rt-dev >/dev/null 2>&1; then
      package=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\).*/libclang-rt-\1-dev/p' | head -n 1)
      [ -n "$package" ] || package=libclang-rt-14-dev
    fi
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' ||
      printf '%s ' "$package"
  done <"$HOLDFAST_SOURCE/deploy/dependencies"
}

# install_packages SET...: 0 when all are there. Without root and sudo it prints
# the line to run and exits with 2.
install_packages() {
  local missing as_root line
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    echo "This script installs packages with apt-get, which is not here. Install the packages" >&2
    echo "named in deploy/dependencies in your system's own way, then build with:" >&2
    echo "  cmake --preset release && cmake --build --preset release" >&2
    exit 2
  fi
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
      as_root=sudo
    else
      echo "Some packages are missing, and installing them needs root. Run this as root, then try again:" >&2
      echo "  apt-get update && apt-get install -y --no-install-recommends $missing" >&2
      exit 2
    fi
  fi
  echo "Installing packages: $missing"
  if ! $as_root apt-get update -q; then
    echo "The package lists could not be fetched. Check the network, then try again." >&2
    exit 1
  fi
  # The name of clang's run-time package is known only once the lists are there.
  missing=$(missing_packages "$@")
  # shellcheck disable=SC2086 # a list of words on purpose
  if ! $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing; then
    line="apt-get update && apt-get install -y --no-install-recommends $missing"
    echo "Installing did not work; the lines above say why. To try it by hand, as root:" >&2
    echo "  $line" >&2
    exit 1
  fi
}

# build_jobs: as many compilers as there are cores, but 1.5 GiB of memory for each.
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
  [ "${memory:-1}" -ge 1 ] || memory=1
  if [ "$memory" -lt "$cores" ]; then echo "$memory"; else echo "$cores"; fi
}
