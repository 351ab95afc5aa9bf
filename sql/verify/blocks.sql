SELECT blocker_id, blocked_id, created_at FROM blocks WHERE FALSE;
