SELECT blocker_name, blocked_name FROM blocks WHERE FALSE;
