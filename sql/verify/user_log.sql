SELECT user_id, head_cursor, floor_cursor, total_unread, rooms_unread FROM user_log WHERE FALSE;
