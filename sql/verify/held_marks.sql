SELECT user1_held_seq, user2_held_seq FROM chat_rooms WHERE FALSE;
