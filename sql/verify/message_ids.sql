DELIMITER |
BEGIN NOT ATOMIC
    IF EXISTS (SELECT 1 FROM information_schema.columns
                WHERE table_schema = DATABASE() AND table_name = 'chat_messages' AND column_name = 'id') THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'chat_messages still keeps ids';
    END IF;
END|
DELIMITER ;
