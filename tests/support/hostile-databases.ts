/** A bit of everything that a table can be. */
export const kindsOfTables = String.raw`
CREATE TABLE wp_posts (
  id bigint unsigned AUTO_INCREMENT PRIMARY KEY,
  title varchar(100) NOT NULL DEFAULT 'it''s "new" \\ here',
  body longtext, j json, b blob, f float, d decimal(30,10), bits bit(9), at datetime NULL, span time,
  length int AS (CHAR_LENGTH(title)) STORED, double_length int AS (2 * CHAR_LENGTH(title)) VIRTUAL,
  hidden int INVISIBLE DEFAULT 4, point point NULL, kind enum('a','b''c'), several set('x','y')
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='line\n) ENGINE=x AUTO_INCREMENT=99';
INSERT INTO wp_posts (title, body, j, b, f, d, bits, at, span, point, kind, several) VALUES
  ('a', 'two\nlines\r\n\t\'quoted\' \\ \0 \Z', '{"a": [1]}', UNHEX('00FF0A0D1A27225C'), 0.1, 1234567890.0123456789, b'101', '2026-11-29 21:00:00', '-838:59:59', POINT(1, 2), 'b''c', 'x,y'),
  ('Γειά 😀', '', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''),
  ('--\n-- Table structure for table wp_x\n--\nDROP TABLE wp_posts;', ');\n(1),', '[]', NULL, 1e30, 0, b'0', '1000-01-01', '0', NULL, 'a', 'y');
UPDATE wp_posts SET hidden = id;
SET sql_mode = '';
CREATE TABLE zero_dates (id int PRIMARY KEY, d date NOT NULL, t timestamp NOT NULL, dt datetime NOT NULL);
INSERT INTO zero_dates VALUES (1, '0000-00-00', '0000-00-00', '2026-00-00'), (0, '2026-01-01', '2026-01-01 02:30:00', '2026-03-29 02:30:00');
SET sql_mode = DEFAULT;
CREATE TABLE latin (id int PRIMARY KEY, t varchar(20)) DEFAULT CHARSET=latin1;
INSERT INTO latin VALUES (1, 'Müller ß');
CREATE TABLE three (id int PRIMARY KEY, t varchar(20)) DEFAULT CHARSET=utf8mb3;
INSERT INTO three VALUES (1, 'Ωμέγα');
CREATE TABLE bytes (k varbinary(10) PRIMARY KEY, v varchar(20) CHARACTER SET binary);
INSERT INTO bytes VALUES (UNHEX('00FF'), UNHEX('C328')), ('', NULL);
CREATE TABLE versions (id int PRIMARY KEY, v int) WITH SYSTEM VERSIONING;
INSERT INTO versions VALUES (1, 1); UPDATE versions SET v = 2;
CREATE TABLE parts (id int AUTO_INCREMENT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3;
INSERT INTO parts VALUES (1), (2), (3), (4);
CREATE TABLE my_isam (id int, FULLTEXT KEY body (body), body text) ENGINE=MyISAM;
INSERT INTO my_isam VALUES (1, 'some text');
CREATE TABLE no_rows (id int);
CREATE TABLE z_parent (id int PRIMARY KEY);
CREATE TABLE a_child (id int PRIMARY KEY, parent int, CONSTRAINT to_parent FOREIGN KEY (parent) REFERENCES z_parent (id));
INSERT INTO z_parent VALUES (7); INSERT INTO a_child VALUES (1, 7);
CREATE SEQUENCE seq START WITH 100; SELECT NEXTVAL(seq);
CREATE VIEW z_first AS SELECT id, title FROM wp_posts;
CREATE VIEW v_second AS SELECT id, title FROM z_first WHERE id > 0;
CREATE TRIGGER before_post BEFORE INSERT ON wp_posts FOR EACH ROW SET NEW.body = CONCAT(NEW.body, ';;', '$$;;');
DELIMITER //
CREATE PROCEDURE p (IN x int) BEGIN SELECT ';;', x; -- a comment; with 'a quote
END//
CREATE FUNCTION f (x int) RETURNS int DETERMINISTIC RETURN x + 1//
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM no_rows; DELETE FROM no_rows; END//
DELIMITER ;
`;

/** Rows, names and definitions that pretend to be another part of a dump. */
export const posingTables = String.raw`
CREATE TABLE aa (id int PRIMARY KEY, t text) COMMENT='x*/;\n--\n-- Table structure for table zz\n--\n';
INSERT INTO aa VALUES (1, ');\nDROP TABLE IF EXISTS aa;\nCREATE TABLE zz (id int);\n'), (2, '/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n'),
  (3, '\n-- Dump completed\n'), (4, ' VALUES\n('), (5, '\');\nINSERT INTO aa VALUES\n(6,\'');
CREATE TABLE ${'`ab``\nDROP TABLE IF EXISTS ``aa``;\n-- x`'} (${'`id) VALUES\n(1);\n-- x`'} int, ${'`it\'s /* " -- x`'} int AS (1) STORED);
INSERT INTO ${'`ab``\nDROP TABLE IF EXISTS ``aa``;\n-- x`'} (${'`id) VALUES\n(1);\n-- x`'}) VALUES (1), (2);
CREATE TABLE ac (id int DEFAULT (LENGTH(';\n/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n')), CHECK (id <> LENGTH('''\\;\n')));
INSERT INTO ac VALUES (DEFAULT);
CREATE VIEW v AS SELECT id AS ${'`x\nDROP TABLE aa;\n-- x`'} FROM aa;
DELIMITER //
CREATE PROCEDURE p () BEGIN
--
-- Table structure for table zz
--
DROP TABLE IF EXISTS zz;
CREATE TABLE zz (id int);
END//
DELIMITER ;
`;

/** Names that a tenant may give. */
export const hostileNames: readonly string[] = [
  'back`tick',
  'quo\'te"s',
  'per%cent_and-hyphen',
  'αγορά ñ',
  '--result-file=x',
  'new\nline\n-- \\! id',
  '$(id);|&<>*?[]{}~#',
  'n'.repeat(64),
];
