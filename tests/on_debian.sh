#!/usr/bin/env bash
# Runs the demo and the tests on a fresh Debian: ./run test --on debian:12|debian:13 [options of ./run test]
#
# The root is built once, with nothing but bash, git and python3 in it, and kept so; each run copies it and puts a clone of
# the committed state into the copy. Left behind in build/artefacts/debian-N: the demo's output and pictures, the panel's
# picture, the versions. Everything runs in namespaces of its own, so that mounts and processes end with it, however it ends.
# Exit codes: of the first of demo, pictures and tests that fails; 75 where the Debian's packages cannot be fetched.
set -euo pipefail

checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$checkout/build
COULD_NOT_FETCH=75
TOO_LONG=900 # seconds for a mirror that does not answer

say() {
    echo "== $1"
}

fail() {
    echo "ERROR: $1" >&2
    exit "${2:-1}"
}

# into_namespaces ARGUMENT... : this script once more, alone with its mounts and processes
into_namespaces() {
    [ "$(id -u)" -eq 0 ] || fail "a root of another Debian is built with debootstrap and chroot, which root alone may: sudo ./run test --on ${1:-debian:13}"
    unshare --mount --pid --fork true 2>/dev/null || fail "this system does not let root make namespaces for mounts and processes (unshare), which --on needs"
    unshare --mount --pid --fork --kill-child --mount-proc env POSTPASS_IN_NAMESPACES=1 bash "${BASH_SOURCE[0]}" "$@" &
    # unshare itself waits for its child whatever the signal
    trap "kill -KILL $!; exit 130" INT TERM HUP
    wait $!
    exit
}

# the mirror that this system takes its own Debian from, or nothing: debootstrap then takes its default
mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^ *#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 || true
}

build_bare() {
    if [ -e "$folder/complete" ]; then return; fi
    say "building a bare root of Debian $version ($suite) ..."
    remove "$folder/bare"
    # shellcheck disable=SC2046 # no mirror is no word
    timeout $TOO_LONG debootstrap --variant=minbase --include=git,python3 "$suite" "$folder/bare" $(mirror) >"$folder/debootstrap.log" 2>&1 ||
        fail "debootstrap could not build Debian $version: $(tail -n 1 "$folder/debootstrap.log") (log: $folder/debootstrap.log)" $COULD_NOT_FETCH
    touch "$folder/complete"
}

remove() {
    if grep -qF " $1/" /proc/self/mountinfo; then fail "something is mounted below $1, which is to be removed: unmount it"; fi
    rm -rf --one-file-system "$1"
}

fresh_root() {
    remove "$root"
    cp -a "$folder/bare" "$root"
    host_settings
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    # what was fetched once: packages and wheels
    mkdir -p "$folder/packages/partial" "$folder/wheels" "$root/root/.cache/pip"
    mount --bind "$folder/packages" "$root/var/cache/apt/archives"
    mount --bind "$folder/wheels" "$root/root/.cache/pip"
}

remove_root() {
    local place
    for place in proc dev var/cache/apt/archives root/.cache/pip root/shared root/handed; do
        umount --recursive --lazy "$root/$place" 2>/dev/null || true
    done
    remove "$root"
}

# how this system reaches the network: names, apt's and pip's settings, certificates
host_settings() {
    local file
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        if [ -e "$file" ]; then
            mkdir -p "$root$(dirname "$file")"
            cp -L --remove-destination "$file" "$root$file"
        fi
    done
    if [ -d /usr/local/share/ca-certificates ]; then
        mkdir -p "$root/usr/local/share/ca-certificates"
        cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates"
    fi
    # settings only: whole files of apt.conf.d may call programs that are not in the root
    apt-config dump | grep -E '^Acquire::(http|ftp|Retries|Force|Check-Valid|Allow)' >"$root/etc/apt/apt.conf.d/90host" || true
}

# inside COMMAND... : runs it in the root, with nothing of this environment but how to reach the network
inside() {
    local settings=()
    local handed=()
    mapfile -t settings < <(env | grep -iE '^(PIP_[A-Z_]*|[a-z]+_proxy)=' || true)
    if [ -d "$root/root/handed" ]; then handed=(POSTPASS_HANDED=/root/handed); fi
    chroot "$root" /usr/bin/env -i "${settings[@]}" "${handed[@]}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
        bash -c 'cd /root/postpass 2>/dev/null || cd /root; exec "$@"' inside "$@"
}

# Fetched, not installed: that is left to ./run. A package that cannot be had is no fault of the code.
fetch_packages() {
    say "fetching packages ..."
    {
        inside timeout $TOO_LONG apt-get update &&
            inside timeout $TOO_LONG apt-get install -y --no-install-recommends --download-only klayout python3-numpy python3-scipy python3-venv
    } >"$folder/fetch.log" 2>&1 </dev/null || fail "the packages of Debian $version cannot be fetched: $(tail -n 1 "$folder/fetch.log") (log: $folder/fetch.log)" $COULD_NOT_FETCH
}

clone() {
    printf '[safe]\n\tdirectory = *\n' >"$folder/gitconfig" # the checkout may belong to the user who called sudo
    export GIT_CONFIG_GLOBAL=$folder/gitconfig
    [ -z "$(git -C "$checkout" status --porcelain)" ] || echo "this checkout has changes that are not committed: they are NOT tested"
    git clone --quiet --no-hardlinks "$checkout" "$root/root/postpass"
    echo "commit $(git -C "$root/root/postpass" log -1 --format='%h %s')"
    lend "${POSTPASS_SHARED:-$checkout/../shared}" shared
    lend "${POSTPASS_HANDED:-}" handed # what the tests on this Debian left for the other one: tests/test_two_teams.py
}

# lend FOLDER NAME : a folder of this system, where there is one, for reading in the root's home
lend() {
    [ -d "$1" ] || return 0
    mkdir "$root/root/$2"
    mount --bind "$1" "$root/root/$2"
    mount -o remount,bind,ro "$root/root/$2"
}

# keep FILE... : copies files of the clone that exist to the artefacts
keep() {
    local file
    for file in "$@"; do
        if [ -e "$root/root/postpass/$file" ]; then cp "$root/root/postpass/$file" "$artefacts/"; fi
    done
}

versions() {
    inside bash -c 'echo "Debian $(cat /etc/debian_version)"; klayout -v; /usr/bin/python3 -V
        /usr/bin/python3 -c "import numpy, scipy; print(\"numpy\", numpy.__version__, \"scipy\", scipy.__version__)"
        for python in .venv*/bin/python; do [ ! -x $python ] || $python -c "import klayout.db; print(\"wheel\", klayout.db.__version__)"; done'
}

# first_failure COMMAND... : runs it; `code` becomes its exit code unless it already tells of an earlier failure
first_failure() {
    local mine=0
    "$@" || mine=$?
    if [ $code -eq 0 ]; then code=$mine; fi
}

demo_and_tests() {
    say "./run demo"
    inside ./run demo 2>&1 | tee "$artefacts/demo.txt" || code=${PIPESTATUS[0]}
    say "a picture of the panel"
    first_failure inside bash docs/panel_picture.sh build/panel.png
    keep build/layouts/caravel.png build/layouts/submicron.png build/panel.png
    say "./run test $*"
    first_failure inside ./run test "$@"
    versions >"$artefacts/versions.txt" 2>&1 || true
}

[ "${POSTPASS_IN_NAMESPACES:-}" = 1 ] || into_namespaces "$@"
case ${1:-} in
    debian:12) suite=bookworm ;;
    debian:13) suite=trixie ;;
    *) fail "which system? ./run test --on debian:12 or --on debian:13" ;;
esac
version=${1#debian:}
shift
# hidden: KLayout looks for technologies in all other folders of an installed package, and a clone holds some
folder=$build/.debian-$version
root=$folder/root
artefacts=$build/artefacts/debian-$version
mkdir -p "$folder" "$artefacts"
exec 9>"$folder/lock"
flock --nonblock 9 || fail "another run of ./run test --on debian:$version is under way in this checkout"
code=0
build_bare
fresh_root
fetch_packages
clone
demo_and_tests "$@"
chown -R --reference="$checkout" "$build/artefacts"
[ $code -eq 0 ] || fail "on Debian $version something failed, see above; the root is kept in $root" $code
remove_root
say "Debian $version passed; its pictures are in $artefacts"
