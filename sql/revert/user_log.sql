DROP TABLE user_log;
