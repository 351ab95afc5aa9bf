-- tools/stack/grants.sql — What each database user may do. Run by the superuser after the migrations; repeating it is harmless.
-- Neither user changes the schema, and neither can delete a message, an account or a room.

-- billet_api: the daemons. Reads also the migrations' registry, to know whether the schema is the one it was built for.
GRANT SELECT ON billet.* TO billet_api@localhost;
GRANT INSERT, UPDATE ON billet.users TO billet_api@localhost;
GRANT INSERT, UPDATE ON billet.user_log TO billet_api@localhost;
GRANT INSERT, UPDATE ON billet.sessions TO billet_api@localhost;
GRANT INSERT, UPDATE ON billet.chat_rooms TO billet_api@localhost;
GRANT INSERT, UPDATE ON billet.chat_messages TO billet_api@localhost;
GRANT INSERT, UPDATE, DELETE ON billet.user_events TO billet_api@localhost;
GRANT INSERT, UPDATE, DELETE ON billet.blocks TO billet_api@localhost;

-- billet_admin: billetctl. The same, and a new epoch after a restored backup.
GRANT SELECT ON billet.* TO billet_admin@localhost;
GRANT INSERT, UPDATE ON billet.users TO billet_admin@localhost;
GRANT INSERT, UPDATE ON billet.user_log TO billet_admin@localhost;
GRANT INSERT, UPDATE, DELETE ON billet.sessions TO billet_admin@localhost;
GRANT INSERT, UPDATE ON billet.chat_rooms TO billet_admin@localhost;
GRANT INSERT, UPDATE ON billet.chat_messages TO billet_admin@localhost;
GRANT INSERT, UPDATE, DELETE ON billet.user_events TO billet_admin@localhost;
GRANT INSERT, UPDATE, DELETE ON billet.blocks TO billet_admin@localhost;
GRANT INSERT, UPDATE ON billet.meta TO billet_admin@localhost;
