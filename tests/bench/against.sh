#!/bin/bash
# tests/bench/against.sh — Measures another commit and this tree by turns, each on a private stack with the same data, and prints what a unit of
# work costs in both. `make bench-against REF=<commit>` runs it.
#
# REF=COMMIT               what this tree is compared with
# BENCH_ROUNDS=7           measurements of each unit and side
# BENCH_SECONDS=3          length of one under load
# BENCH_UNITS="send-8 rooms"        only these (`bench_load units` lists them)
# BENCH_TARGETS="send-8=0.5 all=1.05"   the most that a row's ratio may be; printed beside it, never asserted
# BENCH_MESSAGES=64000     messages in the databases
#
# Ends with 0 unless it could not measure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
export BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release} BENCH_DIR=$here LC_ALL=C.UTF-8
export BENCH_MESSAGES=${BENCH_MESSAGES:-64000} BENCH_SECONDS=${BENCH_SECONDS:-3}
rounds=${BENCH_ROUNDS:-7}
bench=$BUILD_DIR/bench_load
# What one measurement may take at the most, and the start of a stack with its build.
unit_timeout_s=$((120 + 4 * BENCH_SECONDS)) start_timeout_s=3600

die() {
    printf 'bench-against: %s\n' "$*" >&2
    exit 1
}

# Where `make bench-against` itself was given variables, the makes of the two trees must not have them.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL RUN_DIR PORT CONFIG SERVICES
export API_INSTANCES=2 WSD_INSTANCES=1 NO_DEPS=1

[ -n "${REF:-}" ] || die 'REF=<commit> is missing'
commit=$(git -C "$repo_dir" rev-parse --verify --quiet "$REF^{commit}") || die "no commit $REF is known here"
name=$(git -C "$repo_dir" rev-parse --short "$commit")
for tool in wrk mariadb; do command -v "$tool" >/dev/null || die "$tool is missing; 'tools/stack/deps.sh run bench' installs it"; done

BENCH_SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/billet-against.XXXXXX")
export BENCH_SCRATCH
ref_tree=$BENCH_SCRATCH/tree ref_run=$BENCH_SCRATCH/ref present_run=$BENCH_SCRATCH/present
population=$BENCH_SCRATCH/population results=$BENCH_SCRATCH/results

# The side's tree and its RUN_DIR. The sides are called ref and present.
tree_of() { if [ "$1" = ref ]; then echo "$ref_tree"; else echo "$repo_dir"; fi; }
run_of() { if [ "$1" = ref ]; then echo "$ref_run"; else echo "$present_run"; fi; }

# Everything that takes long runs beside this shell, which then hears a signal at once and ends it.
child=
step() {
    local status=0
    "$@" &
    child=$!
    wait "$child" || status=$?
    child=
    return "$status"
}

finish() {
    local status=$? side
    trap - EXIT
    trap '' INT TERM
    if [ -n "$child" ] && kill "$child" 2>/dev/null; then wait "$child" || true; fi
    for side in ref present; do
        [ ! -d "$(run_of "$side")" ] || make -s -C "$(tree_of "$side")" stop RUN_DIR="$(run_of "$side")" >&2 || status=1
    done
    [ ! -d "$ref_tree" ] || git -C "$repo_dir" worktree remove --force "$ref_tree" || status=1
    rm -rf "$BENCH_SCRATCH"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The crowds of clients need as many descriptors as there are.
ulimit -n "$(ulimit -Hn)"

# The limits of the benchmark, less those that the tree has not: it would refuse to start.
write_limits() { # write_limits TREE FILE
    local line
    {
        echo '[limits]'
        sed -nE 's/^([a-z_]+) = .*/\0/p' "$repo_dir/tools/check/roomy-limits.toml" "$here/limits.toml" | while read -r line; do
            [[ $line == include* ]] || ! grep -qE "^#?${line%% *} = " "$1/billet.toml" || printf '%s\n' "$line"
        done
    } >"$2"
}

# A compiler cache takes objects of another folder only when folders do not count. A commit that has the sources of this tree (REF=HEAD says how noisy the
# machine is) needs no build of its own: all of ours gets one time, which is later than that of its sources.
checkout_ref() {
    git -C "$repo_dir" worktree add --quiet --detach "$ref_tree" "$commit"
    if [ -d /usr/lib/ccache ]; then export PATH=/usr/lib/ccache:$PATH CCACHE_NOHASHDIR=1; fi
    if [ "$BUILD_DIR" = "$repo_dir/build/release" ] && git -C "$repo_dir" diff --quiet "$commit" -- . ':!tests' ':!docs' ':!*.md'; then
        mkdir "$ref_tree/build"
        cp -r "$BUILD_DIR" "$ref_tree/build/"
        find "$ref_tree/build" -exec touch -d "@$(date +%s)" {} +
    fi
}

start_stack() { # start_stack SIDE
    write_limits "$(tree_of "$1")" "$BENCH_SCRATCH/$1.toml"
    step timeout "$start_timeout_s" make -C "$(tree_of "$1")" start RUN_DIR="$(run_of "$1")" CONFIG="$BENCH_SCRATCH/$1.toml" \
        >"$BENCH_SCRATCH/$1.log" 2>&1 || {
        tail -n 30 "$BENCH_SCRATCH/$1.log" >&2
        die "the stack of $1 does not start"
    }
}

sql() { # sql SIDE STATEMENTS, as the superuser, who is the one that started the stack
    mariadb --no-defaults --socket="$(run_of "$1")/sock/mariadb.sock" --user="$(id -un)" --batch --skip-column-names billet -e "$2"
}

# Columns by table, a line each, but for the registry of the migrations.
columns() {
    sql "$1" "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'billet'
              AND table_name NOT IN ('changes', 'dependencies', 'events', 'projects', 'releases', 'tags')" | sort
}

# What this build has written into its own database is written out, and then read in by both alike, so that the rows lie in both as they would in
# the other. An older schema gets the columns that it has.
share_data() {
    local table list side
    columns ref >"$BENCH_SCRATCH/ref.columns" && columns present >"$BENCH_SCRATCH/present.columns" || return
    comm -12 "$BENCH_SCRATCH/ref.columns" "$BENCH_SCRATCH/present.columns" >"$BENCH_SCRATCH/columns"
    mkdir "$BENCH_SCRATCH/data"
    for table in $(cut -f1 "$BENCH_SCRATCH/columns" | uniq); do
        list=$(awk -v table="$table" '$1 == table { printf "%s`%s`", comma, $2; comma = ", " }' "$BENCH_SCRATCH/columns")
        sql present "SELECT $list INTO OUTFILE '$BENCH_SCRATCH/data/$table' CHARACTER SET binary FROM \`$table\`" || return
        for side in ref present; do
            sql "$side" "SET foreign_key_checks = 0; TRUNCATE \`$table\`;
                LOAD DATA INFILE '$BENCH_SCRATCH/data/$table' INTO TABLE \`$table\` CHARACTER SET binary ($list); ANALYZE TABLE \`$table\`" >/dev/null || return
        done
    done
}

# One measurement: "ROUND SIDE ROW VALUE" for each of its numbers. A build that cannot do it is not asked again.
measure() { # measure ROUND SIDE UNIT
    local out=$BENCH_SCRATCH/unit.out
    if step timeout "$unit_timeout_s" "$bench" unit "$3" "$(run_of "$2")" "$population" >"$out" 2>"$out.err"; then
        sed "s/^/$1 $2 /" "$out" >>"$results"
    else
        printf 'skip %s %s: %s\n' "$3" "$2" "$(tail -n 1 "$out.err" | cut -c 1-300)" >>"$results"
    fi
}

skipped() { grep -q "^skip $1 " "$results"; }

# Both sides in turn, and who begins in turn as well: a machine that grows slower or faster meanwhile does so for both.
measure_rounds() {
    local round unit side sides
    for ((round = 1; round <= rounds; round++)); do
        if ((round % 2)); then sides='ref present'; else sides='present ref'; fi
        for unit in "${units[@]}"; do
            for side in $sides; do skipped "$unit" || measure "$round" "$side" "$unit"; done
        done
        printf '  … round %d of %d after %d s\n' "$round" "$rounds" "$SECONDS" >&2
    done
}

warm_up() {
    local side
    for side in ref present; do BENCH_SECONDS=1 step "$bench" unit send-8 "$(run_of "$side")" "$population" >/dev/null || die "$side answers no sends"; done
}

main() {
    local all_units unit changes
    all_units=$("$bench" units)
    read -ra units <<<"${BENCH_UNITS:-${all_units//$'\n'/ }}"
    for unit in "${units[@]}"; do grep -qx -- "$unit" <<<"$all_units" || die "no unit is named $unit; there are: ${all_units//$'\n'/ }"; done
    : >"$results"
    printf '  … building %s and starting both stacks\n' "$name" >&2
    checkout_ref
    start_stack present
    # The other has the same keys: what is sealed in the one database, and the tokens, are good for both.
    (umask 077 && mkdir -p "$ref_run/keys" && cp "$present_run"/keys/*.keys "$ref_run/keys/")
    start_stack ref
    printf '  … making the data, after %d s\n' "$SECONDS" >&2
    step "$bench" populate "$present_run" "$population" || die 'the database could not be filled'
    step share_data || die 'the data could not be shared'
    printf '  … measuring, after %d s\n' "$SECONDS" >&2
    warm_up
    measure_rounds
    changes=$(git -C "$repo_dir" diff --quiet HEAD || echo ' with changes')
    printf 'This tree (%s%s) against %s: %d rounds of %d s, took %d s, load of the machine now: %s.\n' \
        "$(git -C "$repo_dir" rev-parse --short HEAD)" "$changes" "$name" "$rounds" "$BENCH_SECONDS" "$SECONDS" "$(cut -d' ' -f1-3 /proc/loadavg)"
    "$bench" compare "$results" "$name" || die 'nothing could be measured'
}

main
