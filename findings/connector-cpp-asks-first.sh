#!/bin/bash
# findings/connector-cpp-asks-first.sh — MySQL Connector/C++ runs a query of its own while it connects, and fails when the server's defaults forbid that.
#
# Versions: libmysqlcppconn7v5 1.1.12-4 on libmariadb3 and mariadbd 1:10.11.19-0+deb12u1 (Debian 12), seen on 2026-11-28.
# One would believe: connect() logs in; what the application wants of its session (SET max_statement_time = 0, SET sql_big_selects = 1) it says afterwards.
# What happens: before connect() returns the library sends two SETs and SHOW SESSION VARIABLES LIKE 'lower_case_table_names'. SHOW is a SELECT for the server:
# with a low global max_join_size or max_statement_time, which an operator sets against careless queries, it fails, and connect() throws 1104 or 1969 as
# if the log-in were at fault. No SET of the application can come earlier but by the option preInit, which is sent with the log-in.
# Seen:
#     defaults:                         connected
#     max_join_size 1:                  error 1104
#     max_join_size 1, preInit:         connected
#     max_statement_time 1 us:          error 1969
#     max_statement_time 1 us, preInit: connected
#     its own statements:               SET autocommit, SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, SHOW SESSION VARIABLES LIKE 'lower_case_table_names'
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack libmysqlcppconn-dev=1.1.12-4 libmysqlcppconn7v5=1.1.12-4 libmariadb3="$mariadb_version" libboost1.74-dev=1.74.0+ds1-21
unpack_mariadb
start_mariadb shop --general-log --general-log-file="$here/general.log"

cat >ask.cpp <<'END'
#include <cppconn/exception.h>
#include <mysql_connection.h>
#include <mysql_driver.h>
#include <iostream>
#include <memory>

int main(int count, char** words) {
    sql::ConnectOptionsMap options;
    options["hostName"] = std::string("unix://") + words[1];
    options["userName"] = "root";
    options["password"] = "";
    if (count > 2) options["preInit"] = words[2];
    try {
        std::unique_ptr<sql::Connection> connection(sql::mysql::get_driver_instance()->connect(options));
        std::cout << "connected\n";
    } catch (const sql::SQLException& error) {
        std::cout << "error " << error.getErrorCode() << '\n';
    }
    return 0;
}
END
g++ -std=c++17 -o ask ask.cpp -Iroot/usr/include "$(find root -type f -name 'libmysqlcppconn.so.7*')" -Wl,--allow-shlib-undefined

say() { # say WORDS GLOBALS AFTERWARDS [STATEMENT-FIRST]
    sql shop root -e "$2"
    printf '%-34s' "$1:"
    ./ask "$here/shop/s" "${@:4}"
    sql shop root -e "$3"
}
{
    : >general.log
    say defaults 'DO 0' 'DO 0'
    statements=$(grep Query general.log | sed -n '/autocommit/,/lower_case/s/.*Query\t//p' | sed 's/autocommit=1/autocommit/' | paste -sd, | sed 's/,/, /g')
    low='SET GLOBAL max_join_size = 1, GLOBAL sql_big_selects = 0'
    high='SET SESSION sql_big_selects = 1; SET GLOBAL max_join_size = 18446744073709551615, GLOBAL sql_big_selects = 1'
    say 'max_join_size 1' "$low" "$high"
    say 'max_join_size 1, preInit' "$low" "$high" 'SET SESSION sql_big_selects = 1'
    low='SET GLOBAL max_statement_time = 0.000001'
    high='SET SESSION max_statement_time = 0; SET GLOBAL max_statement_time = 0'
    say 'max_statement_time 1 us' "$low" "$high"
    say 'max_statement_time 1 us, preInit' "$low" "$high" 'SET SESSION max_statement_time = 0'
    printf '%-34s%s\n' 'its own statements:' "$statements"
} >seen
as_expected <<'END'
defaults:                         connected
max_join_size 1:                  error 1104
max_join_size 1, preInit:         connected
max_statement_time 1 us:          error 1969
max_statement_time 1 us, preInit: connected
its own statements:               SET autocommit, SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, SHOW SESSION VARIABLES LIKE 'lower_case_table_names'
END
