#!/bin/bash
# findings/connector-cpp-star-after-alter.sh — a column is added, and every connection with a prepared SELECT * is lost, for all of its statements.
#
# Versions: libmysqlcppconn7v5 1.1.12-4 on libmariadb3 and mariadbd 1:10.11.19-0+deb12u1 (Debian 12), seen on 2026-11-28.
# One would believe: adding a column disturbs no reader. The server prepares such a statement again by itself; at worst this statement fails once.
# What happens: the server does prepare again and answers with one column more. The client compares with what it bound, throws 2057 and leaves the answer
# unread on the connection: from then on every other statement fails with 2014, another prepared one, a plain SELECT 1 and preparing anew alike. Nothing
# but a new connection helps, and 2057 and 2014 are not among the numbers by which one knows a lost connection (2006, 2013). A statement that names its
# columns does not notice the new one.
# Seen:
#     SELECT *: 2 rows
#     named columns: 2 rows
#     a column is added
#     named columns: 2 rows
#     SELECT 1: 1 rows
#     SELECT *: error 2057
#     SELECT * again: error 2057
#     named columns: error 2014
#     SELECT 1: error 2014
#     SELECT * prepared anew: error 2014
#     on a new connection: 2 rows
# Ends with 0 while this is so, with 1 when it has changed.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common/lab.sh"
unpack libmysqlcppconn-dev=1.1.12-4 libmysqlcppconn7v5=1.1.12-4 libmariadb3="$mariadb_version" libboost1.74-dev=1.74.0+ds1-21
unpack_mariadb
start_mariadb shop
sql shop root -e "CREATE DATABASE shop; CREATE TABLE shop.orders (id INT, what VARCHAR(9)); INSERT INTO shop.orders VALUES (1, 'a'), (2, 'b')"

cat >ask.cpp <<'END'
#include <cppconn/exception.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <mysql_connection.h>
#include <mysql_driver.h>
#include <iostream>
#include <memory>

using Prepared = std::unique_ptr<sql::PreparedStatement>;

static void count(sql::ResultSet* answer) {
    std::unique_ptr<sql::ResultSet> rows(answer);
    int number = 0;
    while (rows->next()) ++number;
    std::cout << number << " rows\n";
}

template <class Work>
static void say(const char* words, Work work) {
    std::cout << words << ": ";
    try {
        work();
    } catch (const sql::SQLException& error) {
        std::cout << "error " << error.getErrorCode() << '\n';
    }
}

int main(int, char** words) {
    sql::Driver* driver = sql::mysql::get_driver_instance();
    const auto connect = [&] { return std::unique_ptr<sql::Connection>(driver->connect(std::string("unix://") + words[1], "root", "")); };
    const auto connection = connect();
    const auto other = connect();
    const std::unique_ptr<sql::Statement> plain(connection->createStatement());
    const std::unique_ptr<sql::Statement> operating(other->createStatement());
    const char* const star = "SELECT * FROM shop.orders";
    Prepared all(connection->prepareStatement(star));
    Prepared named(connection->prepareStatement("SELECT id, what FROM shop.orders"));
    const auto ask_all = [&] { count(all->executeQuery()); };
    const auto ask_named = [&] { count(named->executeQuery()); };
    const auto ask_plain = [&] { count(plain->executeQuery("SELECT 1")); };

    say("SELECT *", ask_all);
    say("named columns", ask_named);
    operating->execute("ALTER TABLE shop.orders ADD COLUMN more INT");
    std::cout << "a column is added\n";
    say("named columns", ask_named);
    say("SELECT 1", ask_plain);
    say("SELECT *", ask_all);
    say("SELECT * again", ask_all);
    say("named columns", ask_named);
    say("SELECT 1", ask_plain);
    say("SELECT * prepared anew", [&] { all.reset(connection->prepareStatement(star)); });
    const auto fresh = connect();
    say("on a new connection", [&] { count(Prepared(fresh->prepareStatement(star))->executeQuery()); });
    return 0;
}
END
g++ -std=c++17 -o ask ask.cpp -Iroot/usr/include "$(find root -type f -name 'libmysqlcppconn.so.7*')" -Wl,--allow-shlib-undefined
./ask "$here/shop/s" >seen
as_expected <<'END'
SELECT *: 2 rows
named columns: 2 rows
a column is added
named columns: 2 rows
SELECT 1: 1 rows
SELECT *: error 2057
SELECT * again: error 2057
named columns: error 2014
SELECT 1: error 2014
SELECT * prepared anew: error 2014
on a new connection: 2 rows
END
