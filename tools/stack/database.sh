# tools/stack/database.sh — The private MariaDB: first start, database, users and their rights.
# Sourced after common.sh.
# shellcheck shell=bash disable=SC2034,SC2154  # names are shared by the files that source each other

# MariaDB's superuser is the OS user who runs the stack, known by the socket: no password exists for it.
sql_admin() { mariadb --no-defaults --socket="$sock_dir/mariadb.sock" --user="$(id -un)" --batch --skip-column-names "$@"; }

database_answers() { sql_admin --connect-timeout=2 -e 'SELECT 1' >/dev/null 2>&1; }

# Creates the data files beside their place and moves them in at the end: a start that was cut short is no database.
create_data_files() {
    local place=$data_dir/mariadb fresh=$data_dir/mariadb.new
    [ ! -d "$place/mysql" ] || return 0
    say "  creating the database files in $place"
    rm -rf "$fresh"
    mkdir -m 700 "$fresh"
    # --force: also where the machine's own name does not resolve; no account is bound to it.
    mariadb-install-db --no-defaults --force --user="$(id -un)" --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" \
        --skip-test-db --datadir="$fresh" >"$log_dir/mariadb-install.log" 2>&1 || {
        tail -n 15 "$log_dir/mariadb-install.log" >&2
        die "mariadb-install-db failed; its full output is $log_dir/mariadb-install.log"
    }
    rm -rf "$place"
    mv "$fresh" "$place"
}

# unix_socket admits one OS user under its own name only, and here one OS user is all three: so each gets a random
# password in a private file.
create_database_users() {
    local user secret
    {
        say 'CREATE DATABASE IF NOT EXISTS billet CHARACTER SET utf8mb4;'
        for user in billet_migrate billet_api billet_admin; do
            ensure_secret "$key_dir/$user.password"
            secret=$(<"$key_dir/$user.password")
            say "CREATE USER IF NOT EXISTS $user@localhost;"
            say "ALTER USER $user@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD('$secret');"
        done
        say 'GRANT ALL PRIVILEGES ON billet.* TO billet_migrate@localhost;'
    } | sql_admin || die "cannot create the database users; see $log_dir/mariadb.log"
}

# What migrate.sh hands to the clients: how to get in, in a private file and never in an argument.
write_client_options() {
    printf '[client]\nsocket=%s\nuser=billet_migrate\npassword=%s\n' "$sock_dir/mariadb.sock" "$(<"$key_dir/billet_migrate.password")" |
        write_private "$key_dir/migrate.cnf"
}

migrate_database() {
    [ -f "$repo_dir/sql/sqitch.plan" ] || die "$repo_dir/sql/sqitch.plan is missing: the source tree is incomplete"
    "$stack_dir/migrate.sh" --options-file "$key_dir/migrate.cnf" --socket "$sock_dir/mariadb.sock" --user billet_migrate deploy >"$log_dir/migrate.log" 2>&1 || {
        tail -n 25 "$log_dir/migrate.log" >&2
        die "the database schema could not be brought up to date; see $log_dir/migrate.log"
    }
    sql_admin billet <"$stack_dir/grants.sql" || die "the rights of the database users could not be set (tools/stack/grants.sql)"
}
