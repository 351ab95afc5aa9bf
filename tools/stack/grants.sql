-- tools/stack/grants.sql — What each database user may do. Run by the superuser after every migration; repeating it is harmless.
-- The api and billetctl change no schema, and no message is ever deleted by them.

GRANT SELECT ON billet.* TO billet_api@localhost, billet_admin@localhost;
