#!/bin/bash
# tools/check/run_suites.sh [SUITE…] — Runs the suites of `make check` (or those named), shows what failed, and adds them up.
#
# A suite is a program whose last line is "N passed, N failed", or "skipped: WHY" where the machine does not allow it. One that is missing, ends
# without that line, tests nothing or passes its deadline counts as failed; what was skipped stands in the table and in no sum. The full output of each stays in build/check-logs/. The last line is the sum.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
repo_dir=$(cd "$here/../.." && pwd -P)
cd "$repo_dir" || exit 1
export BUILD_DIR=${BUILD_DIR:-$repo_dir/build/release}
export LC_ALL=C.UTF-8
log_dir=$repo_dir/build/check-logs
mkdir -p "$log_dir"

# A folder's own stack.toml, or limits that no test meets by accident.
config_of() { if [ -f "tests/$1/stack.toml" ]; then echo "tests/$1/stack.toml"; else echo tools/check/roomy-limits.toml; fi; }
on_stack() {
    local suite=$1
    shift
    tools/check/on_stack.sh --config "$(config_of "$suite")" "$@"
}

all_suites="layers format shell web-lint unit simulate linkage docs stack migrate backup edges fronts contract integration web-unit web chaos metrics systemd boot debian13"
run_suite() {
    case $1 in
        layers) tools/check/layers.sh ;;
        format) tools/check/format.sh ;;
        shell) tools/check/shell.sh ;;
        linkage) tools/check/linkage.sh ;;
        unit) "$BUILD_DIR/unit_tests" ;;
        simulate) "$BUILD_DIR/simulate" ;;
        # With the limits as they ship: the README's reader has these.
        docs) tools/check/on_stack.sh tools/check/docs.sh ;;
        stack) on_stack stack tools/check/stack.sh ;;
        migrate) tools/check/on_stack.sh --only mariadb tools/check/migrate.sh ;;
        backup) tools/check/on_stack.sh --only mariadb tools/check/backup.sh ;;
        edges) on_stack edges tests/integration/nginx_edges.sh ;;
        fronts) on_stack fronts tests/integration/nginx_fronts.sh ;;
        contract) tools/check/on_stack.sh --only "mariadb redis" "$BUILD_DIR/contract_tests" ;;
        integration) on_stack integration "$BUILD_DIR/integration_tests" ;;
        web-lint) nginx/www/lint.sh ;;
        web-unit) tests/web/unit.sh ;;
        web) on_stack web tests/web/run.sh ;;
        chaos)
            # lib/base/fault_point.h: the daemons and the program agree on files whose names begin so.
            export API_PROGRAM=billet-api-faulty BILLET_FAULT_FILES=${TMPDIR:-/tmp}/billet-fault.$$
            CHAOS_FAULTS=${CHAOS_FAULTS:-12} on_stack chaos "$BUILD_DIR/chaos"
            ;;
        metrics) on_stack metrics tools/check/metrics.sh ;;
        systemd) systemd/check.sh ;;
        boot) tests/systemd/run.sh ;;
        debian13) tools/check/debian13.sh ;;
        *)
            echo "no suite named '$1'; there are: $all_suites"
            return 2
            ;;
    esac
}

deadline_s() {
    case $1 in
        chaos) echo $((300 + ${CHAOS_FAULTS:-12} * 30)) ;;
        integration | web) echo 900 ;;
        # Four minutes, and as many the first time of a week, when a Debian is fetched: for a machine that is busy.
        boot) echo 1200 ;;
        # It compiles everything once more.
        debian13) echo 2400 ;;
        migrate) echo $((240 + ${MIGRATE_CUTS:-12} * 30)) ;;
        *) echo 420 ;;
    esac
}

# Runs one suite in its own session, so that its deadline ends all of it, and gives its status.
run_with_deadline() {
    local suite=$1 log=$2
    timeout --kill-after=60 "$(deadline_s "$suite")" "$here/run_suites.sh" --one "$suite" >"$log" 2>&1 </dev/null
}

if [ "${1:-}" = --one ]; then
    export KEEP_LOGS=$log_dir/$2
    run_suite "$2"
    exit
fi

suites=${*:-$all_suites}
total_passed=0 total_failed=0 table=''
for suite in $suites; do
    log=$log_dir/$suite.log
    rm -rf "${log_dir:?}/$suite"
    printf '%-12s … ' "$suite"
    began=$SECONDS
    run_with_deadline "$suite" "$log"
    status=$?
    passed=0 failed=0 note=
    # on_stack.sh tells of a daemon's sanitizer after the suite's last line.
    reports='^a sanitizer reported:$'
    last=$(sed "/$reports/,\$d" "$log" | grep -vE '^[[:space:]]*$' | tail -n 1)
    if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed ]]; then
        passed=${BASH_REMATCH[1]} failed=${BASH_REMATCH[2]}
        [ "$passed" -gt 0 ] || [ "$failed" -gt 0 ] || { failed=1 note="ran no test"; }
    elif [[ $last == "skipped: "* ]]; then
        note=$last
    else
        failed=1 note="did not finish"
    fi
    [ "$status" -ne 124 ] || note="passed its deadline of $(deadline_s "$suite") s"
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1 note="ended with status $status"; fi
    ! grep -q "$reports" "$log" || note="a sanitizer reported in a daemon"
    total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
    line=$(printf '%-12s %6d passed %5d failed %5d s  %s' "$suite" "$passed" "$failed" $((SECONDS - began)) "$note")
    table+="$line"$'\n'
    printf '%d passed, %d failed, %d s %s\n' "$passed" "$failed" $((SECONDS - began)) "$note"
    if [ "$failed" -gt 0 ]; then
        echo "--- the end of $log"
        tail -n 60 "$log"
        echo "---"
    fi
done
printf '\n%s\n%d passed, %d failed\n' "$table" "$total_passed" "$total_failed"
[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
