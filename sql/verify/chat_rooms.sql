SELECT id, user1_id, user2_id, created_at, last_seq, last_message_at, user1_read_seq, user2_read_seq, user1_unread, user2_unread FROM chat_rooms WHERE FALSE;
