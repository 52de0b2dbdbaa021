/** A small shop with what databases have: tables of several engines and kinds, and everything that works on them. */
export const shopSql = `
SET NAMES utf8mb4;
CREATE TABLE wp_posts (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, post_title TEXT, post_content LONGTEXT,
  post_date_gmt DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', KEY (post_date_gmt)) DEFAULT CHARSET=utf8mb4;
INSERT INTO wp_posts (post_title, post_content, post_date_gmt)
  SELECT CONCAT('Άρθρο ', seq, ' 🍕'), REPEAT(CONCAT('text ', seq, '\\\\ "quoted" ''single'' '), 20), '2026-01-01' FROM seq_1_to_500;
CREATE TABLE wp_options (option_name VARCHAR(191) PRIMARY KEY, option_value LONGTEXT) DEFAULT CHARSET=utf8mb3;
INSERT INTO wp_options VALUES ('siteurl', 'https://shop.example'), ('empty', ''), ('nothing', NULL);
CREATE TABLE wp_wc_orders (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, status VARCHAR(20), total DECIMAL(26,8),
  date_created_gmt DATETIME) DEFAULT CHARSET=utf8mb4;
INSERT INTO wp_wc_orders (status, total, date_created_gmt) VALUES ('wc-completed', 12.5, '2026-01-02'), ('wc-open', 3, '2026-01-03'), ('wc-open', 4, NULL);
CREATE TABLE wp_order_items (id INT PRIMARY KEY, order_id BIGINT UNSIGNED,
  CONSTRAINT fk_order FOREIGN KEY (order_id) REFERENCES wp_wc_orders (id));
INSERT INTO wp_order_items VALUES (1, 1), (2, 3);
CREATE TABLE wp_log (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(50)) ENGINE=MyISAM DEFAULT CHARSET=latin1;
INSERT INTO wp_log (what) VALUES ('café');
CREATE TABLE odd (id INT, size INT, area INT GENERATED ALWAYS AS (size * size) STORED, doubled INT AS (size * 2) VIRTUAL,
  hidden INT INVISIBLE DEFAULT 7, settings JSON, at TIMESTAMP NULL, zero DATE, raw BLOB, bits BIT(5), name CHAR(3) CHARACTER SET binary);
SET sql_mode = '';
INSERT INTO odd (id, size, settings, at, zero, raw, bits, name) VALUES
  (1, 3, '{"a":[1,2]}', '2026-01-01 10:00:00', '0000-00-00', x'00ff0a27225c1a00', b'10101', x'00ff00');
CREATE TABLE versioned (id INT PRIMARY KEY, v INT) WITH SYSTEM VERSIONING;
INSERT INTO versioned VALUES (1, 1);
CREATE TABLE \`we\`\`ird-%_'"
nameΩ\` (\`a\`\`b\` INT, \`select\` INT);
INSERT INTO \`we\`\`ird-%_'"
nameΩ\` VALUES (1, 2);
CREATE VIEW v_open_orders AS SELECT id, total FROM wp_wc_orders WHERE status = 'wc-open';
CREATE VIEW a_on_view AS SELECT COUNT(*) AS count FROM v_open_orders;
CREATE FUNCTION vat(amount DECIMAL(26,8)) RETURNS DECIMAL(26,8) DETERMINISTIC RETURN amount * 0.24;
DELIMITER //
CREATE PROCEDURE tidy() BEGIN DELETE FROM wp_log WHERE what = 'Σκουπίδια'; END//
CREATE TRIGGER order_logged AFTER INSERT ON wp_wc_orders FOR EACH ROW INSERT INTO wp_log (what) VALUES ('order')//
DELIMITER ;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' DO DELETE FROM wp_log WHERE id < 0;
`;
