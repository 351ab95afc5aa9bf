SELECT user_id, `cursor`, type, room_id, seq, actor_id, flag, unread_count, total_unread, payload, created_at FROM user_events WHERE FALSE;
