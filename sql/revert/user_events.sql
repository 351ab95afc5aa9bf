DROP TABLE IF EXISTS user_events;
