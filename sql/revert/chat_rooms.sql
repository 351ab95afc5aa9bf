DROP TABLE chat_rooms;
