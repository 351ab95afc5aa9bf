-- systemd/database.sql — The database and one user for each job, known by its OS account. Run by the superuser; repeating it is harmless.
CREATE DATABASE IF NOT EXISTS billet CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS billet_migrate@localhost IDENTIFIED VIA unix_socket;
CREATE USER IF NOT EXISTS billet_api@localhost IDENTIFIED VIA unix_socket;
CREATE USER IF NOT EXISTS billet_admin@localhost IDENTIFIED VIA unix_socket;
GRANT ALL PRIVILEGES ON billet.* TO billet_migrate@localhost;
