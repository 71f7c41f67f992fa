#!/bin/sh
# Becomes a sandbox. Limits are in place before the first byte of it runs:
#
#   launch.sh FILES FILE_KIB ARGUMENTS FILTER [ENTRY...] -- BWRAP PROGRAM...
#
# FILES      open files at most            ARGUMENTS  file with bubblewrap's arguments, NUL-separated
# FILE_KIB   KiB a file may grow to        FILTER     file with the seccomp filter, or "none"
# ENTRY      cgroup.procs files to enter
#
# Standard input is left alone: it may be the socket on which the model serves.
set -eu
files=$1 file_kib=$2 arguments=$3 filter=$4
shift 4
while [ "$1" != -- ]; do
    echo $$ > "$1"
    shift
done
shift
bwrap=$1
shift
ulimit -c 0
ulimit -n "$files"
# dash counts in blocks of 512 bytes.
ulimit -f $((file_kib * 2))
exec 8< "$arguments"
if [ "$filter" = none ]; then
    exec "$bwrap" --args 8 -- "$@"
fi
exec 9< "$filter"
exec "$bwrap" --seccomp 9 --args 8 -- "$@"
