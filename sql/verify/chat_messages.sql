SELECT room_id, seq, sender_id, client_msg_id, key_id, content, created_at FROM chat_messages WHERE FALSE;
