#!/usr/bin/env bash
# How ./dev gets its packages, on machines that are pretended: the package tools, sudo and id are
# stand-ins that write down how they were called. Nothing is installed.
set -euo pipefail

source_root=${HOLDFAST_SOURCE:?}
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
calls=$stage/calls
failures=0

stand_in() { # NAME BODY: a program of this name on the pretended machine
    printf '#!/bin/bash\n%s\n' "$2" >"$stage/bin/$1"
    chmod +x "$stage/bin/$1"
}

machine() { # USER_ID INSTALLED: a new machine; the tools below, and what INSTALLED says
    rm -rf "${stage:?}/bin" "$stage/system" "$calls"
    mkdir "$stage/bin" "$stage/system"
    : >"$calls"
    local tool
    for tool in bash env readlink dirname grep sort comm sed awk nproc cat mkdir rm install; do
        ln -s "$(command -v "$tool")" "$stage/bin/$tool"
    done
    stand_in id "echo $1"
    stand_in dpkg-query "shift 3; for package in \"\$@\"; do $2; done; true"
    stand_in apt-get "echo \"apt-get \$*\" >>'$calls'"
    stand_in update-rc.d "echo \"update-rc.d \$*\" >>'$calls'"
}

apt_brings_postgresql() { # an apt-get that says which rules hold, and leaves a service behind
    # shellcheck disable=SC2016 # for the stand-in to expand
    stand_in apt-get 'cd "$HOLDFAST_DEV_SYSTEM"
        [[ $* != *install* ]] || {
            [[ -x usr/sbin/policy-rc.d ]] && echo "services: $(usr/sbin/policy-rc.d; echo $?)"
            grep -h create_main_cluster etc/postgresql-common/createcluster.d/*
            mkdir -p etc/init.d && : >etc/init.d/postgresql
        }'
}

all_installed="printf 'ii %s\n' \"\$package\""
none_installed="printf 'un %s\n' \"\$package\""
all_but_ninja="[[ \$package == ninja-build ]] || printf 'ii %s\n' \"\$package\""

check() { # WHAT WANTED_STATUS WANTED_TEXT: runs ./dev packages on the pretended machine
    local status=0 output
    output=$(PATH=$stage/bin HOLDFAST_DEV_SYSTEM=$stage/system "$source_root/dev" packages 2>&1) || status=$?
    output+=$'\n'$(cat "$calls")
    if [[ $status -ne $2 || $output != *"$3"* ]]; then
        printf 'FAIL: %s: status %d, wanted %d and "%s", got:\n%s\n' "$1" "$status" "$2" "$3" "$output"
        failures=$((failures + 1))
    else
        printf 'PASS: %s\n' "$1"
    fi
}

machine 0 "$all_installed"
check "nothing is missing: apt is not called" 0 ""
if [[ -s $calls ]]; then
    printf 'FAIL: called although nothing was missing: %s\n' "$(cat "$calls")"
    failures=$((failures + 1))
fi

machine 0 "$all_but_ninja"
check "root installs the one that is missing" 0 "install -y --no-install-recommends ninja-build"
check "the index is brought up to date first" 0 "update"

machine 1000 "$none_installed"
check "without root and sudo: one clear line" 1 "neither root nor sudo here"

machine 1000 "$all_but_ninja"
stand_in sudo "echo \"sudo \$*\" >>'$calls'; exec \"\$@\""
check "sudo installs" 0 "sudo env DEBIAN_FRONTEND=noninteractive apt-get"

check_rules_lifted() { # WHAT
    if [[ -e $stage/system/usr/sbin/policy-rc.d ||
        -e $stage/system/etc/postgresql-common/createcluster.d/holdfast.conf ]]; then
        printf 'FAIL: %s: a rule of ours stays behind\n' "$1"
        failures=$((failures + 1))
    else
        printf 'PASS: %s\n' "$1"
    fi
}

machine 0 "$none_installed"
apt_brings_postgresql
check "services are not started" 0 "services: 101"
machine 0 "$none_installed"
apt_brings_postgresql
check "no database cluster is made" 0 "create_main_cluster = false"
check_rules_lifted "the rules are lifted"
machine 0 "$none_installed"
apt_brings_postgresql
check "a service that came along is disabled" 0 "update-rc.d postgresql disable"
check "one that was there already stays as it is" 0 ""
if [[ $(grep -c update-rc.d "$calls") -ne 1 ]]; then
    printf 'FAIL: disabled a service that is not ours\n'
    failures=$((failures + 1))
fi

machine 0 "$none_installed"
apt_brings_postgresql
mkdir -p "$stage/system/usr/sbin"
printf '#!/bin/bash\nexit 104\n' >"$stage/system/usr/sbin/policy-rc.d"
chmod +x "$stage/system/usr/sbin/policy-rc.d"
check "somebody else's rule for services counts" 0 "services: 104"
check "and stays" 0 "services: 104"

machine 1000 "$none_installed"
stand_in sudo "echo \"sudo \$*\" >>'$calls'; exec \"\$@\""
check "without being root, sudo sets the rules" 0 "sudo install -D -m 755 /dev/stdin"

machine 0 "$none_installed"
stand_in apt-get "[[ \$* != *install* ]]"
check "apt-get fails: one clear line" 1 "apt-get could not install"
check_rules_lifted "the rules are lifted after a failure"

machine 0 "$none_installed"
stand_in apt-get "exit 100"
check "no network: one clear line" 1 "apt-get update failed"

machine 0 "$none_installed"
rm "$stage/bin/apt-get" "$stage/bin/dpkg-query"
check "not Debian: one clear line" 1 "not a Debian system"

exit "$failures"
