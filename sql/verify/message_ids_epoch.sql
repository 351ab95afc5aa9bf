DELIMITER |
BEGIN NOT ATOMIC
    IF (SELECT COUNT(*) FROM meta WHERE name = 'epoch' AND value <> '') <> 1 THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'meta has no epoch';
    END IF;
END|
DELIMITER ;
